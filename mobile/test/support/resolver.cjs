const { join } = require('node:path');
const reactNativeResolver = require('@react-native/jest-preset/jest/resolver.js');

const app = join(__dirname, '../..');
const shared = /^(@apollo\/client|graphql|react|rxjs)(\/|$)/;

/** As metro.config.js does it: this app's copies, also for what the linked client imports. */
module.exports = (name, options) =>
  reactNativeResolver(name, shared.test(name) ? { ...options, basedir: app } : options);
