import * as z from 'zod';

/** Fields as Go decodes them: absent and null are the zero value. */
export const goString = z
    .string()
    .nullish()
    .transform((value) => value ?? '');
/** As goString; absent and null are false. */
export const goBool = z
    .boolean()
    .nullish()
    .transform((value) => value ?? false);
/** As goString; absent and null are 0. */
export const goInt = z
    .int()
    .nullish()
    .transform((value) => value ?? 0);
