// Jest gives each test file a global object of its own, and stands two watchmen before it (the interceptors of a contextified object, and a Proxy that
// notes what to delete afterwards): each look at `Map`, `Buffer` or `Math` passes both, which makes code that looks often several times slower than it is.
// Here the global object is an ordinary one. Each file still has its own.
import vm from 'node:vm';
import { TestEnvironment as NodeEnvironment } from 'jest-environment-node';

export default class PlainGlobals extends NodeEnvironment {
  constructor(config, context) {
    const { createContext } = vm;
    // jest makes the context itself and leaves no other way in
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY);
    try {
      super(config, context);
    } finally {
      vm.createContext = createContext;
    }
  }
}
