const ReactNativeEnvironment = require('@react-native/jest-preset/jest/react-native-env.js');

/** React Native's environment, with Node's own network for what a phone's system does: React Native's is a stand-in there. */
module.exports = class PhoneEnvironment extends ReactNativeEnvironment {
  async setup() {
    await super.setup();
    Object.assign(this.global, { systemFetch: fetch });
  }
};
