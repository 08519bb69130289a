import {createServer, connect, type AddressInfo, type Socket} from 'node:net';

/** A TCP line to a server that a test can cut, mend and silence. */
export interface TcpLine {
    /** Address to be used instead of the server's. */
    readonly url: string;
    /** Breaks all connections and refuses new ones. */
    cut(): void;
    /** Breaks all connections and takes new ones. */
    drop(): void;
    /** Connections stay, and nothing comes through any more. */
    silence(): void;
    mend(): void;
    close(): Promise<void>;
}

/** Opens a line to an http server. */
export async function openTcpLine(serverUrl: string): Promise<TcpLine> {
    const target = new URL(serverUrl);
    const sockets = new Set<Socket>();
    let open = true;
    let silent = false;

    const track = (socket: Socket): void => {
        sockets.add(socket);
        socket.on('close', () => sockets.delete(socket));
        socket.on('error', () => socket.destroy());
    };
    const breakAll = (): void => {
        for (const socket of sockets) socket.destroy();
    };

    const server = createServer((near) => {
        track(near);
        if (!open) {
            near.destroy();
            return;
        }
        const far = connect(Number(target.port), target.hostname);
        track(far);
        const pass = (to: Socket) => (chunk: Buffer) => {
            if (!silent) to.write(chunk);
        };
        near.on('data', pass(far));
        far.on('data', pass(near));
        near.on('close', () => far.destroy());
        far.on('close', () => near.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const {port} = server.address() as AddressInfo;

    return {
        url: `http://127.0.0.1:${port}`,
        cut: () => {
            open = false;
            breakAll();
        },
        drop: breakAll,
        silence: () => {
            silent = true;
        },
        mend: () => {
            open = true;
            silent = false;
        },
        close: async () => {
            breakAll();
            await new Promise((resolve) => server.close(resolve));
        },
    };
}
