import {createServer, connect, type AddressInfo, type Socket} from 'node:net';

/** A TCP line to a server that a test can cut and mend. */
export interface TcpLine {
    /** Address to be used instead of the server's. */
    readonly url: string;
    /** Breaks all connections and refuses new ones. */
    cut(): void;
    mend(): void;
    close(): Promise<void>;
}

/** Opens a line to an http server. */
export async function openTcpLine(serverUrl: string): Promise<TcpLine> {
    const target = new URL(serverUrl);
    const sockets = new Set<Socket>();
    let open = true;

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
        near.pipe(far);
        far.pipe(near);
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
        mend: () => {
            open = true;
        },
        close: async () => {
            breakAll();
            await new Promise((resolve) => server.close(resolve));
        },
    };
}
