// Before the screens: the system may start this process for the task alone, without any.
import './src/background/locationTask';
// Before the router reads the address.
import './src/handedToken';
import 'expo-router/entry';
