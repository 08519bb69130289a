import {useEffect, useMemo, useRef, useState} from 'react';
import type {FileInfo} from '../api/schemas.ts';
import type {Files} from '../chat/files.ts';

/** A file on its way into a post. */
export interface Upload {
    readonly key: string;
    readonly name: string;
    readonly size: number;
    readonly state:
        | {readonly kind: 'sending'}
        | {readonly kind: 'stored'; readonly file: FileInfo}
        | {readonly kind: 'failed'; readonly message: string};
}

/** The files that the next post takes along. */
export interface Uploads {
    readonly items: readonly Upload[];
    readonly isSending: boolean;
    add(files: Iterable<File>): void;
    remove(key: string): void;
    /** The stored files; afterwards there are none. */
    take(): readonly FileInfo[];
}

/** The server takes no more in one post. */
const limit = 10;

/** Uploads files as soon as they are chosen; what is under way ends with the component. */
export function useUploads(files: Files, channelId: string): Uploads {
    const [items, setItems] = useState<readonly Upload[]>([]);
    const running = useRef(new Map<string, AbortController>());

    useEffect(() => {
        const all = running.current;
        return () => all.forEach((controller) => controller.abort());
    }, []);

    return useMemo(() => {
        const settle = (key: string, state: Upload['state']): void =>
            setItems((before) => before.map((one) => (one.key === key ? {...one, state} : one)));
        const send = async (key: string, file: File): Promise<void> => {
            const controller = new AbortController();
            running.current.set(key, controller);
            try {
                const outcome = await files.upload(channelId, file, controller.signal);
                settle(
                    key,
                    outcome.kind === 'stored'
                        ? {kind: 'stored', file: outcome.file}
                        : {kind: 'failed', message: outcome.message},
                );
            } finally {
                running.current.delete(key);
            }
        };
        return {
            items,
            isSending: items.some(({state}) => state.kind === 'sending'),
            add(chosen) {
                const fresh = [...chosen].slice(0, limit - items.length).map((file) => ({
                    file,
                    upload: {
                        key: crypto.randomUUID(),
                        name: file.name,
                        size: file.size,
                        state: {kind: 'sending'},
                    } satisfies Upload,
                }));
                setItems((before) => [...before, ...fresh.map(({upload}) => upload)]);
                fresh.forEach(({file, upload}) => void send(upload.key, file));
            },
            remove(key) {
                running.current.get(key)?.abort();
                setItems((before) => before.filter((one) => one.key !== key));
            },
            take() {
                setItems([]);
                return items.flatMap(({state}) => (state.kind === 'stored' ? [state.file] : []));
            },
        };
    }, [items, files, channelId]);
}
