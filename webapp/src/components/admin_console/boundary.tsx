import React, {type ErrorInfo, type ReactNode} from 'react';
import {FormattedMessage} from 'react-intl';

/** Keeps an exception in one part from blanking the whole System Console: nothing around a plugin's setting catches. */
export class Boundary extends React.Component<{readonly children: ReactNode}, {failed: boolean}> {
    override state = {failed: false};

    static getDerivedStateFromError(): {failed: boolean} {
        return {failed: true};
    }

    override componentDidCatch(error: Error, info: ErrorInfo): void {
        // eslint-disable-next-line no-console
        console.error('Gangway: a part of the console page failed', error, info.componentStack);
    }

    override render(): ReactNode {
        if (!this.state.failed) return this.props.children;
        return (
            <div className="GangwayConsole__notice GangwayConsole__notice--bad" role="alert">
                <FormattedMessage
                    id="gangway.error.part"
                    defaultMessage="This part of the page could not be drawn. What you changed is kept."
                />{' '}
                <button
                    type="button"
                    className="btn btn-tertiary btn-sm"
                    onClick={() => this.setState({failed: false})}
                >
                    <FormattedMessage id="gangway.try-again" defaultMessage="Try Again" />
                </button>
            </div>
        );
    }
}
