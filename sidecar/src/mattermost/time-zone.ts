/**
 * The zone of a profile's `timezone`, as the server itself picks it: the one that the person's device told, unless
 * they chose one. '' where there is none.
 */
export function preferredZone(timezone: Readonly<Record<string, string>>): string {
    const automatic = timezone['useAutomaticTimezone'] === 'true';
    return timezone[automatic ? 'automaticTimezone' : 'manualTimezone'] ?? '';
}
