import React, {useRef, useState} from 'react';
import type {FormEvent} from 'react';
import {Mark} from './brand.tsx';
import {crew, seededPassword} from './crew.ts';
import {HarbourScene} from './harbour_scene.tsx';
import {Icon} from './icon.tsx';
import {Problem} from './problem.tsx';
import {useServices} from './services.ts';

/** Where everybody begins: one press for a seeded account, or a name and a password. */
export function Login() {
    const {session} = useServices();
    const [username, setUsername] = useState('');
    const [password, setPassword] = useState(seededPassword);
    const [waitingFor, setWaitingFor] = useState('');
    const [problem, setProblem] = useState('');
    const field = useRef<HTMLInputElement>(null);

    const enter = async (name: string, secret: string): Promise<void> => {
        setWaitingFor(name);
        setProblem('');
        const outcome = await session.signIn(name, secret);
        // After a success this form is no longer there.
        if (outcome.kind === 'refused') {
            setWaitingFor('');
            setProblem(outcome.message);
            field.current?.focus();
        }
    };
    const submit = (event: FormEvent): void => {
        event.preventDefault();
        void enter(username, password);
    };
    const isBusy = waitingFor !== '';

    return (
        <div className="pg-login">
            <HarbourScene />
            <main className="pg-login__card">
                <div className="pg-login__brand">
                    <Mark />
                    <div>
                        <h1 className="pg-login__title">Gangway</h1>
                        <p className="pg-login__subtitle">playground</p>
                    </div>
                </div>
                <p className="pg-login__welcome">
                    A small Mattermost stand-in, in memory, on this machine. Choose who comes
                    aboard.
                </p>
                <ul className="pg-login__crew" aria-label="Seeded accounts">
                    {crew.map((member, index) => (
                        <li key={member.username}>
                            <button
                                type="button"
                                className="pg-login__member"
                                disabled={isBusy}
                                onClick={() => void enter(member.username, seededPassword)}
                            >
                                <span
                                    className={`pg-avatar__face pg-login__flag pg-hue-${index}`}
                                    aria-hidden="true"
                                >
                                    {waitingFor === member.username ? (
                                        <span className="pg-spinner" />
                                    ) : (
                                        member.name[0]
                                    )}
                                </span>
                                <span className="pg-login__names">
                                    <span className="pg-login__name">{member.name}</span>
                                    <span className="pg-login__role">{member.role}</span>
                                </span>
                                <Icon name="chevron-right" />
                            </button>
                        </li>
                    ))}
                </ul>
                <p className="pg-login__or">
                    <span>or another account</span>
                </p>
                <form className="pg-login__form" onSubmit={submit}>
                    <label className="pg-field">
                        <span>Username or email</span>
                        <input
                            ref={field}
                            className="form-control"
                            name="username"
                            autoComplete="username"
                            autoCapitalize="none"
                            required
                            value={username}
                            onChange={(event) => setUsername(event.target.value)}
                        />
                    </label>
                    <label className="pg-field">
                        <span>Password</span>
                        <input
                            className="form-control"
                            name="password"
                            type="password"
                            autoComplete="current-password"
                            required
                            value={password}
                            onChange={(event) => setPassword(event.target.value)}
                        />
                    </label>
                    <button className="btn btn-primary" type="submit" disabled={isBusy}>
                        Log in
                    </button>
                </form>
                <Problem hasIcon text={problem} />
                <p className="pg-login__hint">
                    The password of the seeded accounts is <code>{seededPassword}</code>; it is
                    filled in.
                </p>
            </main>
        </div>
    );
}
