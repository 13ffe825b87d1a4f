// What a test reads of the screen must not depend on where it runs: build servers (CI=true) and some terminals ask
// for colours even where nobody looks. Jest loads this before each test file, so before anything decides on colours.
process.env.NO_COLOR = '1';
delete process.env.FORCE_COLOR;
