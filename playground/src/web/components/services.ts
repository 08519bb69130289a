import {createContext, useContext} from 'react';
import type {Chat} from '../chat/chat.ts';
import type {Renderer} from '../markdown/renderer.ts';
import type {Theme} from '../theme.ts';

/** Set once at the top of the page. */
export const ChatContext = createContext<Chat | undefined>(undefined);

/** Set at the top of the page, anew when other names can be mentioned. */
export const RendererContext = createContext<Renderer | undefined>(undefined);

/** Set at the top of the page, anew when the appearance changes. */
export const ThemeContext = createContext<Theme | undefined>(undefined);

/** What components set in motion; only below the page's top. */
export function useServices(): Chat {
    return present(useContext(ChatContext));
}

/** The renderer of messages; only below the page's top. */
export function useRenderer(): Renderer {
    return present(useContext(RendererContext));
}

/** The colours in use; only below the page's top. */
export function useTheme(): Theme {
    return present(useContext(ThemeContext));
}

function present<Value>(value: Value | undefined): Value {
    if (value === undefined) {
        throw new TypeError('Render this component inside of <Page>, which provides its services.');
    }
    return value;
}
