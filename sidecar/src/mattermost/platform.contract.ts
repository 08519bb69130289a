import {describeAbilities} from './platform-abilities.contract.ts';
import {describeEvents} from './platform-events.contract.ts';
import {describeCatchUp} from './platform-gaps.contract.ts';
import {describePeople} from './platform-people.contract.ts';
import {describePosts} from './platform-posts.contract.ts';
import {describeSilence} from './platform-silence.contract.ts';
import type {PlatformWorld} from './platform-world.contract.ts';

/** Some of what a Platform must do, in a world that is made before it. */
export type ContractPart = (world: () => PlatformWorld) => void;

/**
 * What every Platform must do. `makeWorld` gives a server for the whole suite; each test makes
 * channels and people of its own in it, so that a real server can serve.
 */
export function describePlatform(name: string, makeWorld: () => Promise<PlatformWorld>): void {
    describePlatformOnly(name, makeWorld, [
        describeAbilities,
        describePosts,
        describeSilence,
        describePeople,
        describeEvents,
        describeCatchUp,
    ]);
}

/** Parts of the contract. */
export function describePlatformOnly(
    name: string,
    makeWorld: () => Promise<PlatformWorld>,
    parts: readonly ContractPart[],
): void {
    describe(`the platform contract: ${name}`, () => {
        let world: PlatformWorld | undefined;
        beforeAll(async () => {
            world = await makeWorld();
        });
        afterAll(async () => {
            await world?.close();
        });
        const current = (): PlatformWorld => {
            if (world === undefined) throw new Error('the world was not made');
            return world;
        };
        for (const describePart of parts) describePart(current);
    });
}
