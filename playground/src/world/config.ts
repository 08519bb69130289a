/** The settings of the server that change its behaviour here; names and defaults are 11.6's. */
export interface Config {
    ServiceSettings: {
        SiteURL: string;
        PostEditTimeLimit: number;
        EnableBotAccountCreation: boolean;
        EnableUserAccessTokens: boolean;
        EnableCommands: boolean;
        EnablePostUsernameOverride: boolean;
        EnablePostIconOverride: boolean;
        EnableUserTypingMessages: boolean;
        TimeBetweenUserTypingUpdatesMilliseconds: number;
        MaximumPayloadSizeBytes: number;
        MaximumURLLength: number;
        OutgoingIntegrationRequestsTimeout: number;
        AllowedUntrustedInternalConnections: string;
        CollapsedThreads: 'disabled' | 'default_on' | 'default_off' | 'always_on';
        ThreadAutoFollow: boolean;
        PostPriority: boolean;
        EnableDeveloper: boolean;
        ExperimentalStrictCSRFEnforcement: boolean;
        ExperimentalEnableHardenedMode: boolean;
        DisableBotsWhenOwnerIsDeactivated: boolean;
        SessionLengthWebInHours: number;
        EnableAPIPostDeletion: boolean;
        UniqueEmojiReactionLimitPerPost: number;
        EnableOutgoingWebhooks: boolean;
        EnableIncomingWebhooks: boolean;
        EnableLatex: boolean;
        EnableInlineLatex: boolean;
        AllowCorsFrom: string;
    };
    TeamSettings: {
        SiteName: string;
        MaxNotificationsPerChannel: number;
        RestrictDirectMessage: 'any' | 'team';
        EnableUserCreation: boolean;
        EnableOpenServer: boolean;
        TeammateNameDisplay: string;
    };
    FileSettings: {EnableFileAttachments: boolean; MaxFileSize: number};
    PrivacySettings: {ShowEmailAddress: boolean; ShowFullName: boolean};
    RateLimitSettings: {Enable: boolean; PerSec: number; MaxBurst: number};
    PluginSettings: {
        Enable: boolean;
        EnableUploads: boolean;
        RequirePluginSignature: boolean;
        Plugins: Record<string, Record<string, unknown>>;
        PluginStates: Record<string, {Enable: boolean}>;
    };
    FeatureFlags: {WebSocketEventScope: boolean; InteractiveDialogAppsForm: boolean};
}

/** Some settings of some sections; what is absent keeps its default. */
export type ConfigOverrides = {[Section in keyof Config]?: Partial<Config[Section]>};

/**
 * The settings a playground starts with. They are 11.6's defaults but for three that every bot
 * needs: accounts for bots, access tokens, and calls to this machine (slash commands, buttons).
 */
export function createConfig(overrides: ConfigOverrides = {}): Config {
    return {
        ServiceSettings: {...serviceSettings(), ...overrides.ServiceSettings},
        TeamSettings: {
            SiteName: 'Playground',
            MaxNotificationsPerChannel: 1000,
            RestrictDirectMessage: 'any',
            EnableUserCreation: true,
            EnableOpenServer: true,
            TeammateNameDisplay: 'username',
            ...overrides.TeamSettings,
        },
        FileSettings: {
            EnableFileAttachments: true,
            MaxFileSize: 104_857_600,
            ...overrides.FileSettings,
        },
        PrivacySettings: {
            ShowEmailAddress: true,
            ShowFullName: true,
            ...overrides.PrivacySettings,
        },
        RateLimitSettings: {
            Enable: false,
            PerSec: 10,
            MaxBurst: 100,
            ...overrides.RateLimitSettings,
        },
        PluginSettings: {
            Enable: true,
            EnableUploads: true,
            RequirePluginSignature: false,
            Plugins: {},
            PluginStates: {},
            ...overrides.PluginSettings,
        },
        FeatureFlags: {
            WebSocketEventScope: true,
            InteractiveDialogAppsForm: true,
            ...overrides.FeatureFlags,
        },
    };
}

function serviceSettings(): Config['ServiceSettings'] {
    return {
        SiteURL: '',
        PostEditTimeLimit: -1,
        EnableBotAccountCreation: true,
        EnableUserAccessTokens: true,
        EnableCommands: true,
        EnablePostUsernameOverride: false,
        EnablePostIconOverride: false,
        EnableUserTypingMessages: true,
        TimeBetweenUserTypingUpdatesMilliseconds: 5000,
        MaximumPayloadSizeBytes: 300_000,
        MaximumURLLength: 2048,
        OutgoingIntegrationRequestsTimeout: 30,
        AllowedUntrustedInternalConnections: '127.0.0.1 localhost',
        CollapsedThreads: 'always_on',
        ThreadAutoFollow: true,
        PostPriority: true,
        EnableDeveloper: false,
        ExperimentalStrictCSRFEnforcement: false,
        ExperimentalEnableHardenedMode: false,
        DisableBotsWhenOwnerIsDeactivated: true,
        SessionLengthWebInHours: 4320,
        EnableAPIPostDeletion: false,
        UniqueEmojiReactionLimitPerPost: 50,
        EnableOutgoingWebhooks: true,
        EnableIncomingWebhooks: true,
        EnableLatex: false,
        EnableInlineLatex: true,
        AllowCorsFrom: '',
    };
}
