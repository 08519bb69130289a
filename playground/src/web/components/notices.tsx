import React, {useEffect, useState} from 'react';
import {useChat} from '../state/selectors.ts';
import type {Toast} from '../state/shape.ts';
import {Icon} from './icon.tsx';
import {useServices} from './services.ts';

/** A connection that is back this soon is not worth a word. */
const patienceMs = 1_200;
const toastMs = 6_000;

/** Says that the live connection is gone, and offers to try at once. */
export function ConnectionBanner() {
    const {session} = useServices();
    const isLost = useChat((state) => state.views.connection === 'lost');
    const [isShown, setShown] = useState(false);
    useEffect(() => {
        if (!isLost) {
            setShown(false);
            return undefined;
        }
        const timer = setTimeout(() => setShown(true), patienceMs);
        return () => clearTimeout(timer);
    }, [isLost]);
    return (
        <div className="pg-banner-place" role="status">
            {isShown && (
                <div className="pg-banner">
                    <span className="pg-spinner" />
                    The connection is lost. Trying again…
                    <button
                        type="button"
                        className="pg-link-button"
                        onClick={() => session.retryConnection()}
                    >
                        Try now
                    </button>
                </div>
            )}
        </div>
    );
}

/** News that goes away by itself. */
export function Toasts() {
    const toasts = useChat((state) => state.views.toasts);
    return (
        <div className="pg-toasts" role="status">
            {toasts.map((toast) => (
                <ToastLine key={toast.id} toast={toast} />
            ))}
        </div>
    );
}

function ToastLine({toast}: {toast: Toast}) {
    const {store} = useServices();
    useEffect(() => {
        const timer = setTimeout(() => store.dispatch({type: 'TOAST_GONE', id: toast.id}), toastMs);
        return () => clearTimeout(timer);
    }, [store, toast.id]);
    return (
        <div className="pg-toast">
            <Icon name="information-outline" />
            {toast.message}
        </div>
    );
}
