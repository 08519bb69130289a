const types: Readonly<Record<string, string>> = {
    bin: 'application/octet-stream',
    bmp: 'image/bmp',
    css: 'text/css; charset=utf-8',
    csv: 'text/csv; charset=utf-8',
    gif: 'image/gif',
    gz: 'application/gzip',
    html: 'text/html; charset=utf-8',
    jpeg: 'image/jpeg',
    jpg: 'image/jpeg',
    js: 'text/javascript; charset=utf-8',
    json: 'application/json',
    md: 'text/markdown; charset=utf-8',
    mp3: 'audio/mpeg',
    mp4: 'video/mp4',
    pdf: 'application/pdf',
    png: 'image/png',
    svg: 'image/svg+xml',
    txt: 'text/plain; charset=utf-8',
    wav: 'audio/x-wav',
    webp: 'image/webp',
    xml: 'text/xml; charset=utf-8',
    zip: 'application/zip',
};

/** The type of a file by its extension, in lower case without the dot; '' for one unknown. */
export function mimeTypeOf(extension: string): string {
    return types[extension] ?? '';
}
