import React, {useState} from 'react';
import type {FileInfo} from '../api/schemas.ts';
import {fileAddress, isPicture, sizeText} from '../chat/files.ts';
import {Icon} from './icon.tsx';
import {Modal} from './modal.tsx';

/** The files of a post: pictures as such, all others as cards. */
export function PostFiles({files}: {files: readonly FileInfo[]}) {
    const [shown, setShown] = useState<FileInfo>();
    if (files.length === 0) {
        return null;
    }
    return (
        <div className="pg-files">
            {files.map((file) =>
                isPicture(file) ? (
                    <Picture key={file.id} file={file} onOpen={() => setShown(file)} />
                ) : (
                    <FileCard key={file.id} file={file} />
                ),
            )}
            {shown !== undefined && (
                <Modal
                    title={shown.name}
                    onClose={() => setShown(undefined)}
                    className="pg-modal--picture"
                >
                    <img src={fileAddress(shown)} alt={shown.name} />
                    <footer className="pg-modal__footer">
                        <a
                            className="btn btn-tertiary"
                            href={fileAddress(shown)}
                            download={shown.name}
                        >
                            <Icon name="download-outline" /> Download
                        </a>
                    </footer>
                </Modal>
            )}
        </div>
    );
}

function Picture({file, onOpen}: {file: FileInfo; onOpen: () => void}) {
    // A known shape keeps the page from jumping when the picture comes.
    const shape =
        file.width > 0 && file.height > 0 ? {aspectRatio: `${file.width} / ${file.height}`} : {};
    return (
        <button
            type="button"
            className="pg-picture"
            aria-label={`Open ${file.name}`}
            onClick={onOpen}
        >
            <img src={fileAddress(file)} alt={file.name} style={shape} />
        </button>
    );
}

function FileCard({file}: {file: FileInfo}) {
    const extension = file.extension.replace(/^\./, '');
    return (
        <a className="pg-file" href={fileAddress(file)} download={file.name}>
            <span className="pg-file__icon">
                <Icon name="file-text-outline" />
            </span>
            <span className="pg-file__names">
                <span className="pg-file__name">{file.name}</span>
                <span className="pg-quiet">
                    {extension === '' ? '' : `${extension.toUpperCase()} · `}
                    {sizeText(file.size)}
                </span>
            </span>
            <Icon name="download-outline" />
        </a>
    );
}
