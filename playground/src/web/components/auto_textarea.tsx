import React, {forwardRef, useImperativeHandle, useLayoutEffect, useRef} from 'react';
import type {ComponentPropsWithoutRef} from 'react';

/** A text field that is as high as its text, up to the limit of its style. */
export const AutoTextarea = forwardRef<
    HTMLTextAreaElement,
    ComponentPropsWithoutRef<'textarea'> & {value: string}
>(function AutoTextarea(props, outer) {
    const field = useRef<HTMLTextAreaElement>(null);
    useImperativeHandle<HTMLTextAreaElement | null, HTMLTextAreaElement | null>(
        outer,
        () => field.current,
    );
    useLayoutEffect(() => {
        const element = field.current;
        if (element !== null) {
            element.style.height = 'auto';
            element.style.height = `${element.scrollHeight}px`;
        }
    }, [props.value]);
    return <textarea ref={field} rows={1} {...props} />;
});
