import {createPlayground, type Playground} from './playground.ts';
import {seedHarbor, type Harbor} from './seed-harbor.ts';
import {openLine, postOf, settle, textOf, type Line, type ReceivedFrame} from './test-client.ts';

let playground: Playground;
let harbor: Harbor;
let token: string;
const lines: Line[] = [];

beforeEach(async () => {
    playground = await createPlayground();
    harbor = seedHarbor(playground);
    token = playground.login(harbor.users.bob);
});

afterEach(async () => {
    for (const line of lines.splice(0)) {
        line.end();
    }
    await playground.close();
});

function open(query = ''): Line {
    const line = openLine(playground, token, query);
    lines.push(line);
    return line;
}

interface Left {
    readonly id: string;
    /** The number that the next frame would have had. */
    readonly next: number;
}

/** Opens a line, and loses it after `heard` posts. */
async function leave(heard = 0): Promise<Left> {
    const line = open();
    const hello = await line.event('hello');
    await settle();
    write(heard);
    await settle();
    const next = (line.frames.at(-1)?.seq ?? 0) + 1;
    await playground.faults.inject({kind: 'cut', user: 'bob'});
    await line.closed;
    return {id: textOf(hello.data ?? {}, 'connection_id'), next};
}

function write(count: number): void {
    for (let index = 1; index <= count; index++) {
        playground.post(harbor.users.alice, harbor.deckId, `m${index}`);
    }
}

async function comeBack({id, next}: Left, wanted = next): Promise<Line> {
    const line = open(`?connection_id=${id}&sequence_number=${wanted}`);
    // Being online again is told at once, on every line.
    await line.event('status_change');
    await settle();
    return line;
}

const messages = (line: Line) =>
    line.frames.filter((frame: ReceivedFrame) => frame.event === 'posted').map(messageOf);
const messageOf = (frame: ReceivedFrame) => postOf(frame)['message'];

it('brings what was missed, without a hello, and goes on counting', async () => {
    const left = await leave(2);
    write(3);
    const line = await comeBack(left);
    expect(line.names()).not.toContain('hello');
    expect(messages(line)).toEqual(['m1', 'm2', 'm3']);
    expect(line.frames.map((frame) => frame.seq)).toEqual(
        line.frames.map((_, index) => left.next + index),
    );
    playground.post(harbor.users.alice, harbor.deckId, 'live');
    await line.until((frame) => frame.event === 'posted' && messageOf(frame) === 'live');
});

it('repeats what was sent but never arrived', async () => {
    const left = await leave(2);
    const line = await comeBack(left, left.next - 2);
    expect(messages(line)).toEqual(['m1', 'm2']);
});

it('remembers 128 frames that were sent, not more', async () => {
    const left = await leave(200);
    const near = await comeBack(left, left.next - 100);
    expect(near.names()).not.toContain('hello');
    expect(messages(near)).toHaveLength(100);
    near.end();
    await settle();
    const far = await comeBack(left, left.next - 150);
    expect(far.names()[0]).toBe('hello');
    expect(messages(far)).toEqual([]);
});

it('gives up a line that missed more than its queue of 256 holds', async () => {
    const kept = await leave();
    write(200);
    const back = await comeBack(kept);
    expect(messages(back)).toHaveLength(200);
    back.end();

    const lost = await leave();
    write(300);
    const fresh = await comeBack(lost);
    expect(fresh.names()[0]).toBe('hello');
    expect(messages(fresh)).toEqual([]);
});

it('starts anew with an id that is not known, or is still in use', async () => {
    const left = await leave();
    const unknown = await comeBack({id: 'a'.repeat(26), next: 5});
    expect(unknown.frames[0]).toMatchObject({event: 'hello', seq: 0});
    const back = open(`?connection_id=${left.id}&sequence_number=${left.next}`);
    await new Promise((resolve) => back.socket.once('open', resolve));
    const twin = open(`?connection_id=${left.id}&sequence_number=${left.next}`);
    const hello = await twin.event('hello');
    expect(hello.data?.['connection_id']).not.toBe(left.id);
});

it('starts anew with a number that was never reached', async () => {
    const left = await leave();
    const line = await comeBack(left, left.next + 500);
    expect(line.frames[0]).toMatchObject({event: 'hello', seq: 0});
});

it('is nobody else’s to resume', async () => {
    const left = await leave(1);
    token = playground.login(harbor.users.carol);
    const line = await comeBack(left);
    expect(line.frames[0]).toMatchObject({event: 'hello', seq: 0});
});

it.each(['?connection_id=short&sequence_number=1', `?connection_id=${'a'.repeat(26)}`])(
    'drops a line that asks with %s',
    async (query) => {
        const line = open(query);
        expect(await line.closed).toBe(1006);
        expect(line.frames).toEqual([]);
    },
);

it('forgets all lines at a restart', async () => {
    const left = await leave();
    await playground.restart();
    const line = await comeBack(left);
    expect(line.frames[0]).toMatchObject({event: 'hello', seq: 0});
});
