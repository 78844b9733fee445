import { Redirect } from 'expo-router';
import { useSignIn } from '../src/session';

/** To where somebody begins who opens the app. */
export default function Start() {
  const signIn = useSignIn();
  if (signIn.status !== 'SIGNED_IN') return <Redirect href="/sign-in" />;
  return <Redirect href={signIn.viewer.role === 'trainer' ? '/home' : '/sessions'} />;
}
