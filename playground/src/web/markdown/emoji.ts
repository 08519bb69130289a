/** A run of the picker: `name character` pairs, divided by spaces. */
const listings: readonly (readonly [title: string, listing: string])[] = [
    [
        'For the agent',
        `octagonal_sign 🛑 repeat 🔁 +1 👍 -1 👎 eyes 👀 white_check_mark ✅ x ❌ question ❓
        exclamation ❗ warning ⚠️ robot_face 🤖 hourglass_flowing_sand ⏳ bulb 💡 mag 🔍 brain 🧠 zap ⚡`,
    ],
    [
        'Faces',
        `smile 😄 slightly_smiling_face 🙂 grinning 😀 joy 😂 rofl 🤣 wink 😉 blush 😊 heart_eyes 😍
        thinking 🤔 neutral_face 😐 no_mouth 😶 smirk 😏 unamused 😒 sweat_smile 😅 sunglasses 😎
        nerd_face 🤓 confused 😕 worried 😟 cry 😢 sob 😭 angry 😠 rage 😡 scream 😱 sleeping 😴
        exploding_head 🤯 partying_face 🥳 shushing_face 🤫 saluting_face 🫡 upside_down_face 🙃
        star_struck 🤩 relieved 😌 yum 😋 grimacing 😬 zipper_mouth_face 🤐 face_with_monocle 🧐`,
    ],
    [
        'Hands and hearts',
        `wave 👋 clap 👏 pray 🙏 ok_hand 👌 raised_hands 🙌 muscle 💪 v ✌️ crossed_fingers 🤞
        point_up ☝️ point_right 👉 point_left 👈 point_down 👇 handshake 🤝 fist 👊 writing_hand ✍️
        heart ❤️ yellow_heart 💛 green_heart 💚 blue_heart 💙 broken_heart 💔 sparkling_heart 💖`,
    ],
    [
        'At sea',
        `anchor ⚓ sailboat ⛵ ship 🚢 boat 🛶 ocean 🌊 compass 🧭 whale 🐳 dolphin 🐬 fish 🐟
        octopus 🐙 crab 🦀 shell 🐚 penguin 🐧 parrot 🦜 desert_island 🏝️ umbrella ☂️ sunny ☀️
        cloud ☁️ rainbow 🌈 star ⭐ crescent_moon 🌙 fog 🌫️ snowflake ❄️ droplet 💧 ring_buoy 🛟
        pirate_flag 🏴‍☠️ checkered_flag 🏁 triangular_flag_on_post 🚩`,
    ],
    [
        'Work',
        `rocket 🚀 tada 🎉 sparkles ✨ fire 🔥 100 💯 trophy 🏆 bell 🔔 no_bell 🔕 lock 🔒 unlock 🔓
        key 🔑 hammer 🔨 wrench 🔧 hammer_and_wrench 🛠️ gear ⚙️ package 📦 memo 📝 pencil2 ✏️
        paperclip 📎 calendar 📆 clock3 🕒 alarm_clock ⏰ bar_chart 📊 chart_with_upwards_trend 📈
        file_folder 📁 page_facing_up 📄 link 🔗 computer 💻 keyboard ⌨️ floppy_disk 💾 bug 🐛
        construction 🚧 email 📧 inbox_tray 📥 outbox_tray 📤 speech_balloon 💬 thought_balloon 💭
        arrow_up ⬆️ arrow_down ⬇️ arrow_right ➡️ arrow_left ⬅️ heavy_plus_sign ➕ heavy_minus_sign ➖
        recycle ♻️ information_source ℹ️ no_entry ⛔ green_circle 🟢 yellow_circle 🟡 red_circle 🔴`,
    ],
    [
        'Food and drink',
        `coffee ☕ tea 🍵 pizza 🍕 cake 🍰 birthday 🎂 cookie 🍪 apple 🍎 lemon 🍋 avocado 🥑 beer 🍺
        beers 🍻 champagne 🍾 popcorn 🍿`,
    ],
];

/** Other names of the same characters. */
const aliases: Readonly<Record<string, string>> = {
    thumbsup: '+1',
    thumbsdown: '-1',
    thinking_face: 'thinking',
    robot: 'robot_face',
    simple_smile: 'slightly_smiling_face',
    stop_sign: 'octagonal_sign',
    red_heart: 'heart',
};

/** One emoji of the picker. */
export interface Emoji {
    readonly name: string;
    readonly character: string;
}

/** The picker's groups, in its order. */
export const emojiGroups: readonly {readonly title: string; readonly emojis: readonly Emoji[]}[] =
    listings.map(([title, listing]) => ({title, emojis: pairs(listing)}));

const byName: ReadonlyMap<string, string> = new Map(
    emojiGroups.flatMap(({emojis}) => emojis.map(({name, character}) => [name, character])),
);

/** The character of an emoji; undefined for one that the client does not know. */
export function emojiCharacter(name: string): string | undefined {
    return byName.get(aliases[name] ?? name);
}

/** Emojis whose name holds the text, those that begin with it first. */
export function findEmojis(text: string, limit: number): readonly Emoji[] {
    const all = emojiGroups.flatMap(({emojis}) => emojis);
    const found = all.filter(({name}) => name.includes(text));
    const first = found.filter(({name}) => name.startsWith(text));
    return [...new Set([...first, ...found])].slice(0, limit);
}

function pairs(listing: string): readonly Emoji[] {
    const words = listing.split(/\s+/).filter((word) => word !== '');
    return words.flatMap((name, index) =>
        index % 2 === 0 ? [{name, character: words[index + 1] ?? ''}] : [],
    );
}
