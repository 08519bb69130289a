import React, {useRef} from 'react';
import {render} from '@testing-library/react';
import {useFollowing} from './following.ts';

/** A list of 500 px in which an answer stands; jsdom lays nothing out, so its height is told. */
function openList() {
    let height = 400;
    const Answer = ({text, growing}: {text: string; growing: boolean}) => {
        const place = useRef<HTMLDivElement>(null);
        useFollowing(place, text, growing);
        return <div ref={place}>{text}</div>;
    };
    const page = (text: string, growing: boolean) => (
        <div data-testid="list" style={{overflowY: 'auto'}}>
            <section>
                <Answer text={text} growing={growing} />
            </section>
        </div>
    );
    const host = document.body.appendChild(document.createElement('div'));
    Object.defineProperty(HTMLElement.prototype, 'scrollHeight', {
        configurable: true,
        get: () => height,
    });
    Object.defineProperty(HTMLElement.prototype, 'clientHeight', {
        configurable: true,
        get: () => 500,
    });
    const view = render(page('', true), {container: host});
    let text = '';
    return {
        list: view.getByTestId('list'),
        grow(by: number, growing = true): void {
            height += by;
            text += 'x';
            view.rerender(page(text, growing));
        },
    };
}

describe('an answer that grows at the end of a list', () => {
    it('[DEL-04] stays in sight of who looks at the end, its last growth included', () => {
        const {list, grow} = openList();
        grow(200);
        expect(list.scrollTop).toBe(600);
        // As a browser bounds it.
        list.scrollTop = 100;
        grow(2_000);
        expect(list.scrollTop).toBe(2_600);
        list.scrollTop = 2_100;
        grow(50, false);
        expect(list.scrollTop).toBe(2_650);
    });

    it('[DEL-04] leaves alone who has scrolled away, and follows again who comes back', () => {
        const {list, grow} = openList();
        grow(2_000);
        list.scrollTop = 1_500;
        grow(100);
        expect(list.scrollTop).toBe(1_500);
        list.scrollTop = 2_000;
        grow(100);
        expect(list.scrollTop).toBe(2_600);
    });
});
