import React from 'react';
import type {ErrorInfo, ReactNode} from 'react';
import {warn} from '../log.ts';

interface Props {
    readonly pluginId: string;
    /** What could not be drawn, as in "could not draw …". */
    readonly what: string;
    readonly children: ReactNode;
}

/** Keeps an exception in a plugin's component from taking the page with it. */
export class PluginBoundary extends React.Component<Props, {failed: boolean}> {
    override state = {failed: false};

    static getDerivedStateFromError(): {failed: boolean} {
        return {failed: true};
    }

    override componentDidCatch(cause: Error, info: ErrorInfo): void {
        const {pluginId, what} = this.props;
        warn('a plugin component failed', {plugin: pluginId, what}, [cause, info.componentStack]);
    }

    override render(): ReactNode {
        if (!this.state.failed) {
            return this.props.children;
        }
        return (
            <div className="pg-plugin-failure" role="alert">
                The plugin {this.props.pluginId} could not draw {this.props.what}.{' '}
                <button
                    type="button"
                    className="btn btn-tertiary btn-xs"
                    onClick={() => this.setState({failed: false})}
                >
                    Try again
                </button>
            </div>
        );
    }
}
