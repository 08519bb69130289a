import React from 'react';
import {fileAddress, isPicture, sizeText} from '../chat/files.ts';
import {Icon, IconButton} from './icon.tsx';
import type {Upload, Uploads} from './uploads.ts';

/** What is attached to the message that is being written. */
export function UploadList({uploads}: {uploads: Uploads}) {
    return uploads.items.length === 0 ? null : (
        <ul className="pg-uploads" aria-label="Attached files">
            {uploads.items.map((upload) => (
                <li
                    key={upload.key}
                    className={`pg-upload pg-upload--${upload.state.kind}`}
                    title={upload.name}
                >
                    <Thumb upload={upload} />
                    <span className="pg-file__names">
                        <span className="pg-file__name">{upload.name}</span>
                        <span className="pg-quiet">{stateText(upload)}</span>
                    </span>
                    <IconButton
                        icon="close"
                        label={`Remove ${upload.name}`}
                        onClick={() => uploads.remove(upload.key)}
                    />
                </li>
            ))}
        </ul>
    );
}

function Thumb({upload}: {upload: Upload}) {
    const {state} = upload;
    if (state.kind === 'stored' && isPicture(state.file)) {
        return <img className="pg-upload__thumb" src={fileAddress(state.file)} alt="" />;
    }
    return (
        <span className="pg-file__icon">
            {state.kind === 'sending' ? (
                <span className="pg-spinner" />
            ) : (
                <Icon
                    name={state.kind === 'failed' ? 'alert-circle-outline' : 'file-text-outline'}
                />
            )}
        </span>
    );
}

function stateText({state, size}: Upload): string {
    switch (state.kind) {
        case 'sending':
            return 'Uploading';
        case 'stored':
            return sizeText(size);
        case 'failed':
            return state.message;
    }
}
