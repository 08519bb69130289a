/** Id of the one style element in the page. */
const STYLE_ID = 'gangway-console-look';

/** The host's measures and variables; no colour of our own. */
const CSS = `
.GangwayConsole h3, .GangwayConsole h4 { margin: 0; padding: 0; }
.GangwayConsole__tabs { position: sticky; top: -20px; z-index: 3; margin: 0 -4px 8px; padding: 4px 4px 0; background: #f5f5f5; }
.GangwayConsole__tabs ul { display: flex; flex-wrap: wrap; gap: 4px; margin: 0; padding: 0; list-style: none; border-bottom: var(--border-default); }
.GangwayConsole__tab { border: 0; border-bottom: 2px solid transparent; background: none; padding: 13px 12px; font-size: 14px; font-weight: 600; color: rgba(var(--center-channel-color-rgb), 0.75); }
.GangwayConsole__tab[aria-selected='true'] { color: var(--button-bg); border-bottom-color: var(--button-bg); }
.GangwayConsole__tab .badge { margin-left: 6px; }
.GangwayConsole__notice { margin: 12px 0; padding: 12px 16px; border: 1px solid rgba(var(--center-channel-color-rgb), 0.16); border-radius: var(--radius-s); background: var(--center-channel-bg); }
.GangwayConsole__notice--bad { border-color: rgba(var(--error-text-color-rgb), 0.16); background: rgba(var(--error-text-color-rgb), 0.08); }
.GangwayConsole__notice ul { margin: 8px 0 0; padding-left: 20px; }
.GangwayConsole__flag { display: flex; gap: 24px; }
.GangwayConsole__cards { display: grid; gap: 8px; }
.GangwayConsole__card { display: flex; gap: 12px; margin: 0; padding: 12px 16px; border: var(--border-default); border-radius: var(--radius-s); font-weight: 400; cursor: pointer; }
.GangwayConsole__card:hover { background: rgba(var(--center-channel-color-rgb), 0.04); }
.GangwayConsole__card--chosen { border-color: var(--button-bg); background: rgba(var(--button-bg-rgb), 0.08); }
.GangwayConsole__card input { flex: none; margin: 3px 0 0; }
.GangwayConsole__card-title { display: block; font-weight: 600; }
.GangwayConsole__card-help { display: block; color: rgba(var(--center-channel-color-rgb), 0.75); }
.GangwayConsole__number { max-width: 160px; }
.GangwayConsole__origin { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: baseline; margin-top: 6px; font-size: 12px; color: rgba(var(--center-channel-color-rgb), 0.75); }
.GangwayConsole__origin code { margin-left: auto; font-size: 11px; color: inherit; background: none; overflow-wrap: anywhere; }
.GangwayConsole__origin .btn { margin: 0; font-size: 12px; }
.GangwayConsole__changed { font-weight: 600; color: var(--button-bg); }
.GangwayConsole__problem { margin-top: 6px; color: var(--error-text); }
.GangwayConsole__scope { display: flex; flex-wrap: wrap; gap: 12px; align-items: center; margin: 16px 0; }
.GangwayConsole__scope label { margin: 0; }
.GangwayConsole__scope select { width: 280px; max-width: 100%; }
.GangwayConsole__combobox { position: relative; flex: 1; min-width: 180px; }
.GangwayConsole__choices { position: absolute; z-index: 5; top: 100%; left: 0; right: 0; margin: 2px 0 0; padding: 4px 0; max-height: 260px; overflow-y: auto; list-style: none; border: 1px solid rgba(var(--center-channel-color-rgb), 0.16); border-radius: var(--radius-s); background: var(--center-channel-bg); box-shadow: var(--elevation-4); }
.GangwayConsole__choices li { padding: 6px 16px; cursor: pointer; overflow-wrap: anywhere; }
.GangwayConsole__choices li[aria-selected='true'] { background: rgba(var(--button-bg-rgb), 0.08); }
.GangwayConsole__choices small { margin-left: 8px; color: rgba(var(--center-channel-color-rgb), 0.75); }
.GangwayConsole__people ul { display: flex; flex-wrap: wrap; gap: 8px; margin: 0 0 8px; padding: 0; list-style: none; }
.GangwayConsole__people li { display: inline-flex; align-items: center; gap: 4px; max-width: 100%; padding: 2px 4px 2px 10px; border-radius: var(--radius-s); background: rgba(var(--center-channel-color-rgb), 0.08); overflow-wrap: anywhere; }
.GangwayConsole__people em { font-size: 12px; color: var(--error-text); }
.GangwayConsole__empty { margin: 0 0 8px; color: rgba(var(--center-channel-color-rgb), 0.75); }
.GangwayConsole__json { font-family: Menlo, Monaco, Consolas, monospace; font-size: 12px; height: auto; }
.GangwayConsole__json-foot { display: flex; flex-wrap: wrap; gap: 12px; align-items: center; justify-content: space-between; margin-top: 12px; }
.GangwayConsole__buttons { display: flex; flex-wrap: wrap; gap: 8px; }
.GangwayConsole__buttons .btn { margin: 0; }
.GangwayConsole__add { display: flex; flex-wrap: wrap; gap: 8px; }
.GangwayConsole__add .form-control { flex: 1; min-width: 180px; }
.GangwayConsole__heading { display: flex; gap: 12px; align-items: center; justify-content: space-between; margin: 16px 0 8px !important; }
.GangwayConsole__agent-head { display: flex; flex-wrap: wrap; gap: 12px; align-items: center; justify-content: space-between; }
.GangwayConsole__answer { margin-top: 12px; padding: 12px 16px; border: var(--border-default); border-radius: var(--radius-s); white-space: pre-wrap; overflow-wrap: anywhere; }
.GangwayConsole__answer small { display: block; margin-top: 8px; color: rgba(var(--center-channel-color-rgb), 0.75); }
.GangwayConsole__states { width: 100%; }
.GangwayConsole__states th, .GangwayConsole__states td { padding: 8px 12px 8px 0; text-align: left; vertical-align: top; overflow-wrap: anywhere; border-bottom: 1px solid rgba(var(--center-channel-color-rgb), 0.08); }
.GangwayConsole__dot { display: inline-block; width: 8px; height: 8px; margin-right: 8px; border-radius: 50%; background: var(--dnd-indicator); }
.GangwayConsole__dot--ready { background: var(--online-indicator); }
.GangwayConsole__dot--waiting { background: var(--away-indicator); }
`;

/** Puts the style of the console page into the document, in place of what a version before left there. */
export function addConsoleLook(): void {
    removeConsoleLook();
    const style = document.createElement('style');
    style.id = STYLE_ID;
    style.textContent = CSS;
    document.head.append(style);
}

/** Takes it out again. */
export function removeConsoleLook(): void {
    document.getElementById(STYLE_ID)?.remove();
}
