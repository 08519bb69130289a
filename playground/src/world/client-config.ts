import type {Core} from './core.ts';

/** The settings that clients get; fewer of them before a person has logged in. */
export function clientConfig({config, server}: Core, loggedIn: boolean): Record<string, string> {
    const service = config.ServiceSettings;
    const open = {
        BuildNumber: server.version,
        DefaultClientLocale: 'en',
        EnableCustomEmoji: 'false',
        EnableSignInWithEmail: 'true',
        EnableSignInWithUsername: 'true',
        EnableUserCreation: String(config.TeamSettings.EnableUserCreation),
        SiteName: config.TeamSettings.SiteName,
        SiteURL: service.SiteURL,
        Version: server.version,
    };
    return loggedIn
        ? {
              ...open,
              CollapsedThreads: service.CollapsedThreads,
              EnableBotAccountCreation: String(service.EnableBotAccountCreation),
              EnableCommands: String(service.EnableCommands),
              EnableIncomingWebhooks: String(service.EnableIncomingWebhooks),
              EnableInlineLatex: String(service.EnableInlineLatex),
              EnableLatex: String(service.EnableLatex),
              EnableOutgoingWebhooks: String(service.EnableOutgoingWebhooks),
              EnableFileAttachments: String(config.FileSettings.EnableFileAttachments),
              EnablePostIconOverride: String(service.EnablePostIconOverride),
              EnablePostUsernameOverride: String(service.EnablePostUsernameOverride),
              EnableUserAccessTokens: String(service.EnableUserAccessTokens),
              EnableUserTypingMessages: String(service.EnableUserTypingMessages),
              ...(server.blocks ? {FeatureFlagMmBlocksEnabled: 'true'} : {}),
              MaxFileSize: String(config.FileSettings.MaxFileSize),
              MaxPostSize: String(server.maxPostSize),
              PluginsEnabled: String(config.PluginSettings.Enable),
              PostEditTimeLimit: String(service.PostEditTimeLimit),
              PostPriority: String(service.PostPriority),
              RestrictDirectMessage: config.TeamSettings.RestrictDirectMessage,
              TeammateNameDisplay: config.TeamSettings.TeammateNameDisplay,
              ThreadAutoFollow: String(service.ThreadAutoFollow),
              TimeBetweenUserTypingUpdatesMilliseconds: String(
                  service.TimeBetweenUserTypingUpdatesMilliseconds,
              ),
          }
        : open;
}
