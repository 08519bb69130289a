/** The accounts that a fresh playground has. */
export const crew = [
    {username: 'alice', name: 'Alice', role: 'Crew'},
    {username: 'bob', name: 'Bob', role: 'Crew'},
    {username: 'carol', name: 'Carol', role: 'Crew'},
    {username: 'admin', name: 'Admin', role: 'System admin'},
] as const;

/** The password of all of them. */
export const seededPassword = 'Playground1!';
