import { focusedVisibility, type VisibilitySource } from '@journey/client';
import { useNavigation } from 'expo-router';
import { useMemo } from 'react';
import { AppState } from 'react-native';

/** A screen polls only while it is the one in front: one that another covers stays mounted. */
export function useScreenVisibility(): VisibilitySource {
  const navigation = useNavigation();
  return useMemo(() => focusedVisibility(AppState, navigation), [navigation]);
}
