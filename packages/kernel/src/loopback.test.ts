import { isLoopback } from './loopback.ts';

it.each(['http://127.0.0.1:8080/a', 'https://localhost', 'postgresql://a:b@[::1]:5432/mesh', '127.0.0.1:9092', 'localhost'])('%s is this machine', (address) => {
  expect(isLoopback(address)).toBe(true);
});

it.each(['https://login.example.com', 'http://127.0.0.1.example.com', 'http://localhost@example.com', '10.0.0.1:9092', 'http://[::2]', 'http://%', ''])('"%s" is not', (address) => {
  expect(isLoopback(address)).toBe(false);
});
