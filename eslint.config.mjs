import tseslint from 'typescript-eslint';

export default tseslint.config(
    {ignores: ['node_modules/**', 'dist/**', '**/golden/**', 'coverage/**']},
    {
        files: ['**/*.ts', '**/*.tsx'],
        extends: [tseslint.configs.strictTypeChecked],
        languageOptions: {parserOptions: {projectService: true}},
        rules: {
            '@typescript-eslint/consistent-type-assertions': ['error', {assertionStyle: 'as'}],
            '@typescript-eslint/no-floating-promises': 'error',
            '@typescript-eslint/switch-exhaustiveness-check': [
                'error',
                {considerDefaultExhaustiveForUnions: true},
            ],
            '@typescript-eslint/restrict-template-expressions': [
                'error',
                {allowNumber: true, allowBoolean: true},
            ],
            '@typescript-eslint/no-confusing-void-expression': [
                'error',
                {ignoreArrowShorthand: true},
            ],
            '@typescript-eslint/require-await': 'off',
            '@typescript-eslint/unified-signatures': 'off',
            // `using _x` and what a destructuring leaves out.
            '@typescript-eslint/no-unused-vars': [
                'error',
                {
                    varsIgnorePattern: '^_',
                    argsIgnorePattern: '^_',
                    destructuredArrayIgnorePattern: '^_',
                },
            ],
            'max-lines': ['error', 500],
            'no-console': 'error',
            'no-restricted-syntax': [
                'error',
                {
                    selector:
                        "CallExpression[callee.object.name='process'][callee.property.name='exit']",
                    message: 'only main.ts ends the process',
                },
                {
                    selector:
                        "ImportDeclaration[source.value='zod'] > ImportSpecifier[imported.name='z']",
                    message: "import * as z from 'zod' (a fifth of the size)",
                },
            ],
        },
    },
    {
        files: ['**/main.ts', 'build/**', 'playground/bench/**'],
        rules: {'no-console': 'off', 'no-restricted-syntax': 'off'},
    },
    {
        files: ['**/*.test.ts', '**/*.test.tsx', '**/*.contract.ts'],
        rules: {
            '@typescript-eslint/no-non-null-assertion': 'off',
            '@typescript-eslint/no-unsafe-assignment': 'off',
            '@typescript-eslint/no-unsafe-member-access': 'off',
            '@typescript-eslint/no-unsafe-argument': 'off',
            '@typescript-eslint/unbound-method': 'off',
            '@typescript-eslint/no-empty-function': 'off',
        },
    },
);
