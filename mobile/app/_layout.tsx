import { ApolloProvider } from '@apollo/client/react';
import { DarkTheme, DefaultTheme, ThemeProvider } from 'expo-router/react-navigation';
import { Stack } from 'expo-router';
import { StatusBar } from 'expo-status-bar';
import { useEffect, useMemo } from 'react';
import { AppState, StyleSheet, View } from 'react-native';
import { useKeptLink } from '../src/linkedScreen';
import { journeyClient, session, useSignIn } from '../src/session';
import { resumeTracking } from '../src/tracking';
import { useTheme } from '../src/ui/useTheme';
import { useWords } from '../src/words/useWords';

export default function RootLayout() {
  const signIn = useSignIn();
  const { texts } = useWords();
  const navigationTheme = useNavigationTheme();

  useEffect(restoreSignIn, []);
  useKeptLink(signIn.status === 'SIGNED_IN');

  const isTrainer = signIn.status === 'SIGNED_IN' && signIn.viewer.role === 'trainer';
  const isStudent = signIn.status === 'SIGNED_IN' && signIn.viewer.role === 'student';
  useEffect(() => {
    // The tracker that is missing says so on its screen; what is stored goes on at the next start.
    if (isTrainer) resumeTracking().catch(() => undefined);
  }, [isTrainer]);

  if (signIn.status === 'RESTORING') return null;
  return (
    <ApolloProvider client={journeyClient}>
      <ThemeProvider value={navigationTheme}>
        <StatusBar style="auto" />
        {/* The header of a screen has no landmark of its own. */}
        <View role="main" style={styles.app}>
          <Stack screenOptions={{ headerBackButtonDisplayMode: 'minimal' }}>
            <Stack.Screen name="index" options={{ headerShown: false }} />
            <Stack.Screen name="sign-in" options={{ title: texts.signIn.screen }} />
            <Stack.Protected guard={isStudent}>
              <Stack.Screen name="(student)/sessions" options={{ title: texts.sessions.screen }} />
              <Stack.Screen name="(student)/session/[id]" options={{ title: texts.session.screen }} />
              <Stack.Screen
                name="(student)/trainer-location/[trainerId]"
                options={{ title: texts.trainerLocation.screen }}
              />
            </Stack.Protected>
            <Stack.Protected guard={isTrainer}>
              <Stack.Screen name="(trainer)/home" options={{ title: texts.sessions.home }} />
              <Stack.Screen name="(trainer)/journey/[sessionId]" options={{ title: texts.journey.screen }} />
            </Stack.Protected>
          </Stack>
        </View>
      </ThemeProvider>
    </ApolloProvider>
  );
}

/**
 * iOS may start the app ahead, before the phone was unlocked for the first time, and then gives out no token. It is read
 * again when the app comes to the front; where that fails too, only another sign-in helps.
 */
function restoreSignIn(): () => void {
  const restore = (): void =>
    void session.restore().catch(() => {
      if (AppState.currentState === 'active') session.askForSignIn();
    });
  restore();
  const subscription = AppState.addEventListener('change', (state) => {
    if (state === 'active' && session.getState().status === 'RESTORING') restore();
  });
  return () => subscription.remove();
}

function useNavigationTheme(): typeof DefaultTheme {
  const { scheme, colors } = useTheme();
  return useMemo(() => {
    const base = scheme === 'dark' ? DarkTheme : DefaultTheme;
    return {
      ...base,
      colors: {
        ...base.colors,
        primary: colors.accent,
        background: colors.background,
        card: colors.paperSolid,
        text: colors.ink,
        border: colors.edge,
        notification: colors.lost,
      },
    };
  }, [scheme, colors]);
}

const styles = StyleSheet.create({ app: { flex: 1 } });
