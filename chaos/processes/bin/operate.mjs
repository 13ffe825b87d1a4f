import '../dist/operate/main.js';
