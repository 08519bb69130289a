/** The last words of a process, as a line that Mattermost's plugin supervisor shows as an error. */
export function fatalLine(error: unknown): string {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const message = `gangway broke: ${text.replace(/\s*[\r\n]+\s*/g, ' | ').slice(0, 8_192)}`;
    return `${JSON.stringify({'@level': 'error', '@message': message})}\n`;
}
