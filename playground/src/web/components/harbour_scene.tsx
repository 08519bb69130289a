import React from 'react';

/** The harbour behind the login form, in the colours of the hour. Decorative. */
export function HarbourScene() {
    return (
        <svg
            className="pg-scene"
            viewBox="0 0 1440 900"
            preserveAspectRatio="xMidYMax slice"
            aria-hidden="true"
        >
            <defs>
                <linearGradient id="pg-sky" x1="0" y1="0" x2="0" y2="1">
                    <stop offset="0" className="pg-scene__sky-top" />
                    <stop offset="0.55" className="pg-scene__sky-middle" />
                    <stop offset="0.8" className="pg-scene__sky-low" />
                </linearGradient>
                <linearGradient id="pg-beam" x1="0" y1="0" x2="1" y2="0">
                    <stop offset="0" className="pg-scene__beam-near" />
                    <stop offset="1" className="pg-scene__beam-far" />
                </linearGradient>
            </defs>
            <rect width="1440" height="900" fill="url(#pg-sky)" />
            <Stars />
            <circle className="pg-scene__sun" cx="806" cy="596" r="66" />
            <path
                className="pg-scene__hills-far"
                d="M0 640c120-46 210-70 330-62 110 7 160 40 270 34 130-7 190-62 330-66 160-5 300 46 510 60v120H0z"
            />
            <path
                className="pg-scene__hills"
                d="M0 668c90-24 170-34 260-26 140 12 200 34 330 26 170-10 260-40 420-28 150 11 260 34 430 20v80H0z"
            />
            <Lighthouse />
            <path className="pg-scene__sea-far" d="M0 672h1440v228H0z" />
            <Ship />
            <Quay />
            <g className="pg-scene__waves pg-scene__waves--slow">
                <path d={wave(748, 14, 180)} />
            </g>
            <g className="pg-scene__waves pg-scene__waves--front">
                <path d={wave(806, 18, 240)} />
            </g>
        </svg>
    );
}

/** A wave train that is two screens wide, so that it can drift without showing its end. */
function wave(top: number, height: number, length: number): string {
    const count = Math.ceil(2880 / length) + 1;
    const crests = Array.from({length: count}, (_, index) => {
        const sign = index % 2 === 0 ? -height : height;
        return `q${length / 2} ${sign} ${length} 0`;
    });
    return `M-${length} ${top}${crests.join('')}V900H-${length}z`;
}

function Stars() {
    const places = [
        [90, 90],
        [210, 190],
        [340, 70],
        [480, 150],
        [620, 60],
        [760, 210],
        [880, 90],
        [1020, 160],
        [1130, 60],
        [1250, 200],
        [1350, 110],
        [150, 300],
        [420, 310],
        [700, 340],
        [1180, 320],
    ];
    return (
        <g className="pg-scene__stars">
            {places.map(([x, y], index) => (
                <circle key={index} cx={x} cy={y} r={index % 3 === 0 ? 2.2 : 1.4} />
            ))}
        </g>
    );
}

function Lighthouse() {
    return (
        <g transform="translate(460 96) scale(0.86)">
            <path
                className="pg-scene__rock"
                d="M170 676c20-18 44-12 60-22 22-8 44 6 58 10 16 4 30 4 40 12z"
            />
            <path className="pg-scene__beam" d="M246 474 960 288v236z" fill="url(#pg-beam)" />
            <path className="pg-scene__tower" d="M222 500h36l10 172h-56z" />
            <path className="pg-scene__band" d="M219.5 546h41l2.4 40h-45.7z" />
            <path className="pg-scene__band" d="M214.4 632h51.2l2.4 40h-56z" />
            <path className="pg-scene__tower" d="M214 492h52v9h-52z" />
            <path className="pg-scene__lamp" d="M226 462h28v30h-28z" />
            <path className="pg-scene__band" d="M220 462 240 444l20 18z" />
        </g>
    );
}

function Ship() {
    return (
        <g className="pg-scene__ship">
            <path className="pg-scene__cabin" d="M900 596h150v54H900zM922 556h96v42h-96z" />
            <path className="pg-scene__funnel" d="M1030 536h34v62h-34z" />
            <path className="pg-scene__band" d="M1030 548h34v16h-34z" />
            <path className="pg-scene__line" d="M880 648V500M880 510l-90 138M880 510l42 46" />
            <path
                className="pg-scene__windows"
                d="M934 570h16v14h-16zM962 570h16v14h-16zM990 570h16v14h-16zM914 614h14v14h-14zM942 614h14v14h-14zM970 614h14v14h-14zM998 614h14v14h-14zM1026 614h12v14h-12z"
            />
            <path
                className="pg-scene__hull"
                d="M740 648h392c-4 52-28 92-62 112H828c-44-22-74-62-88-112z"
            />
            <path className="pg-scene__stripe" d="M744 660h386l-3 12H749z" />
            <path className="pg-scene__flag" d="M880 500h38l-9 11 9 11h-38z" />
        </g>
    );
}

function Quay() {
    return (
        <g>
            <path className="pg-scene__rope" d="M1136 632c70 8 150 24 214 44" />
            <path
                className="pg-scene__line"
                d="M1150 650v-24M1214 664v-26M1278 678v-26M1338 692v-26"
            />
            <path className="pg-scene__plank" d="M1118 652 1362 704" />
            <path className="pg-scene__quay" d="M1330 700h110v200h-110z" />
            <path className="pg-scene__quay-top" d="M1316 694h124v16h-124z" />
            <path className="pg-scene__band" d="M1392 668h22v26h-22z" />
        </g>
    );
}
