import {Router} from 'express';
import {notImitated} from '../api-error.ts';
import type {RouterFactory} from './routes.ts';

/** Users' pictures, as far as somebody set them: the server draws letters for others, we do not. */
export const pictureRoutes: RouterFactory = ({world, route}) => {
    const router = Router();
    router.get(
        '/users/:user_id/image',
        route((context) => {
            const {avatar, last_picture_update: at} = world.users.require(context.id('user_id'));
            if (avatar === undefined) throw notImitated('GET /users/{user_id}/image');
            const {response} = context;
            response.statusCode = 200;
            response.setHeader('Content-Type', avatar.mimeType);
            response.setHeader('Cache-Control', 'max-age=86400, private');
            response.setHeader('Last-Modified', new Date(at).toUTCString());
            response.end(avatar.bytes);
        }),
    );
    return router;
};
