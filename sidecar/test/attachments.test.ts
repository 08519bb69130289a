import type {PostRow} from '../../playground/src/world/records.ts';
import {comeAboard, questionOf, type Aboard} from './aboard.ts';

/** A webhook of admin's posts an alert, as Grafana and its like do. */
function alert(aboard: Aboard): PostRow {
    const {users, deckId} = aboard.harbor;
    return aboard.playground.post(users.admin, deckId, '', {
        type: 'slack_attachment',
        props: {
            from_webhook: 'true',
            override_username: 'alerts',
            attachments: [
                {
                    title: 'KubeAPIErrors',
                    text: 'v1beta1 is firing',
                    fallback: '…',
                    fields: [{title: 'severity', value: 'warning'}],
                },
            ],
        },
    });
}

const ALERT = '> KubeAPIErrors\n> v1beta1 is firing\n> severity: warning';

describe('what webhooks write in attachments', () => {
    it('[SES-04][BR-17] is read in threads and channels under the name that is shown', async () => {
        await using aboard = await comeAboard({settings: {contextVisibility: 'all'}});
        const root = alert(aboard);
        await aboard.answerTo(aboard.mention('alice', 'what does this mean?', {rootId: root.id}));
        await aboard.answerTo(aboard.mention('alice', 'and here?'));
        expect(aboard.asked.map(({messages}) => messages.at(-1)?.text)).toEqual([
            `<context source="thread">\n@alerts (webhook): ${ALERT}\n</context>\n\n@alice: what does this mean?`,
            `<context source="channel">\n@alerts (webhook): ${ALERT}\n</context>\n\n@alice: and here?`,
        ]);
    });

    it('[SES-04][BR-17] is said to be there where it may not be shown', async () => {
        await using aboard = await comeAboard();
        const root = alert(aboard);
        await aboard.answerTo(aboard.mention('alice', 'what does this mean?', {rootId: root.id}));
        expect(aboard.asked[0]?.messages.at(-1)?.text).toBe(
            '<context source="thread">\n(One message of this thread is not shown to you: its writer may ' +
                'not speak to you here.)\n</context>\n\n@alice: what does this mean?',
        );
    });

    it('[GATE-05][BR-17] is a question of its own where the webhook is let in and every post is answered', async () => {
        await using aboard = await comeAboard();
        aboard.configure({chatmode: 'onmessage', allowBots: [aboard.harbor.users.admin]});
        const post = alert(aboard);
        await aboard.expectAnsweredOnce([post]);
        expect(aboard.asked.map(questionOf)).toEqual([`@alerts (webhook): ${ALERT}`]);
        await aboard.answerTo(aboard.say('alice', 'is it bad?'));
        expect(aboard.asked.at(-1)?.messages.at(0)?.text).toBe(`@alerts (webhook): ${ALERT}`);
    });
});
