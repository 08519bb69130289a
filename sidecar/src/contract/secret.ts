import * as z from 'zod';

/**
 * Where a secret stands: in the settings themselves, or under a name in the environment (`env`) or in
 * a file (`file`, its path). References are resolved at each use, so that a secret can be changed
 * without a restart. Marked `secret` for forms, exports and redaction.
 */
export const secretInput = z
    .union([
        z.string().min(1),
        z.strictObject({
            source: z.enum(['env', 'file']).describe('the kind of place'),
            id: z.string().min(1).describe('the name of the variable, or the path of the file'),
        }),
    ])
    .meta({
        secret: true,
        description: 'a secret as text, or {source: "env" | "file", id} naming where it stands',
    });

/** A secret, or a reference to one: see {@link secretInput}. */
export type SecretInput = z.infer<typeof secretInput>;
