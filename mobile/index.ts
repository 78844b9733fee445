// Before the screens: the system may start this process for the task alone, without any.
import './src/background/locationTask';
import 'expo-router/entry';
