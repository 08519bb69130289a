import {createProxyRules, parseProxy, proxyWordsOf, type Target} from './proxy-rules.ts';

const target = (address: string): Target => {
    const url = new URL(address);
    const secure = url.protocol === 'https:';
    return {hostname: url.hostname, port: Number(url.port || (secure ? 443 : 80)), secure};
};

describe('[CON-12] which proxy a connection goes through', () => {
    // Each line as Go's httpproxy decides it (its own tests have most of them).
    it.each([
        ['', 'http://example.com/', 'plain'],
        ['', 'https://example.com/', 'tls'],
        ['', 'http://localhost/', undefined],
        ['', 'http://LOCALHOST:8065/', undefined],
        ['', 'http://127.0.0.1:11434/', undefined],
        ['', 'http://127.3.2.1/', undefined],
        ['', 'https://[::1]/', undefined],
        ['', 'http://localhost.example.com/', 'plain'],
        ['', 'http://10.1.2.3/', 'plain'],
        ['*', 'http://example.com/', undefined],
        ['example.com', 'http://example.com/', undefined],
        ['example.com', 'https://EXAMPLE.com/', undefined],
        ['example.com', 'http://www.example.com/', undefined],
        ['example.com', 'http://notexample.com/', 'plain'],
        ['.example.com', 'http://www.example.com/', undefined],
        ['.example.com', 'http://example.com/', 'plain'],
        ['*.example.com', 'http://www.example.com/', undefined],
        ['*.example.com', 'http://example.com/', 'plain'],
        ['example.com:80', 'http://example.com/', undefined],
        ['example.com:80', 'https://example.com/', 'tls'],
        ['example.com:80', 'http://example.com:8080/', 'plain'],
        [' a.org , example.com ', 'http://example.com/', undefined],
        ['192.168.0.0/16', 'http://192.168.7.7/', undefined],
        ['192.168.0.0/16', 'http://192.169.7.7/', 'plain'],
        ['10.0.0.1', 'http://10.0.0.1:9000/', undefined],
        ['10.0.0.1:9000', 'http://10.0.0.1:9001/', 'plain'],
        ['fd00::/8', 'http://[fd12::1]:8080/', undefined],
        ['[fd12::1]:8080', 'http://[fd12::1]:8080/', undefined],
        ['fd12:0::1', 'http://[fd12::1]/', undefined],
        ['192.168.0.0/99', 'http://192.168.7.7/', 'plain'],
        [':8080', 'http://example.com:8080/', 'plain'],
    ])('NO_PROXY=%s: %s goes by %s', (no, address, expected) => {
        const {rules} = createProxyRules({http: 'plain:3128', https: 'http://tls:3129', no});
        expect(rules(target(address))?.hostname).toBe(expected);
    });

    it('reads the variables in upper and lower case, the upper one first', () => {
        expect(
            proxyWordsOf({HTTP_PROXY: 'a', http_proxy: 'b', https_proxy: 'c', NO_PROXY: ''}),
        ).toEqual({http: 'a', https: 'c', no: undefined});
    });

    it('reads addresses of proxies, with name and password', () => {
        expect(parseProxy('proxy.example.com:3128')).toEqual({
            hostname: 'proxy.example.com',
            port: 3128,
            secure: false,
            credentials: undefined,
        });
        expect(parseProxy('https://me:p%40ss@[fd00::1]')).toEqual({
            hostname: 'fd00::1',
            port: 443,
            secure: true,
            credentials: 'me:p@ss',
        });
    });

    it('names what cannot be used, and goes without it', () => {
        const {rules, problems} = createProxyRules({http: 'socks5://me:secret@proxy:1080'});
        expect(rules(target('http://example.com/'))).toBeUndefined();
        expect(problems).toEqual([
            'a proxy of the kind socks5 cannot be used, only http and https',
        ]);
    });
});
