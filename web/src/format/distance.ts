/** Metres as people say them: "80 m", "1.2 km", "14 km". */
export function formatDistance(meters: number): string {
  if (meters < 995) return `${meters < 100 ? Math.round(meters) : Math.round(meters / 10) * 10} m`;
  const kilometers = meters / 1000;
  return `${kilometers < 9.95 ? kilometers.toFixed(1) : String(Math.round(kilometers))} km`;
}
