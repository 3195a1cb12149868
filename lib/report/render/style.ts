/** Plain, high in contrast, and without anything from the network. */
export const style = `
:root{color-scheme:light dark;--ink:#16181d;--quiet:#5a6170;--line:#d9dce3;--back:#fff;--good:#0b6b57;--bad:#a3341c}
@media (prefers-color-scheme:dark){:root{--ink:#e8eaf0;--quiet:#a3aabb;--line:#343945;--back:#14161b;--good:#5fd0b5;--bad:#ff9b80}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:72rem;margin:0 auto;padding:2rem 1rem}main.bar{padding-bottom:0}
h1{font-size:1.6rem;margin:0 0 .25rem}h2{font-size:1.1rem;margin:2rem 0 .5rem}
.quiet{color:var(--quiet)}ul{padding-left:1.2rem;margin:.25rem 0}li{margin:.2rem 0;overflow-wrap:anywhere}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.88rem;font-variant-numeric:tabular-nums}
th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid var(--line)}
th{font-weight:600;color:var(--quiet)}.number{text-align:right;white-space:nowrap}
td{overflow-wrap:anywhere;min-width:4rem}td.word{white-space:nowrap}
.improved{color:var(--good);font-weight:600}.regressed{color:var(--bad);font-weight:600}
code{font-family:ui-monospace,Menlo,Consolas,monospace;overflow-wrap:anywhere}footer{margin-top:2rem;font-size:.85rem}
h3{font-size:1rem;margin:1rem 0 .25rem}.headline{font-size:1.2rem;font-weight:600;margin:.25rem 0 1rem}
figure{margin:.5rem 0;break-inside:avoid}svg text{font-size:11px;fill:var(--ink)}rect.before{fill:#8a919e}rect.after{fill:var(--good)}
@page{margin:16mm 14mm;@bottom-right{content:counter(page) " of " counter(pages);font-size:8pt;color:#444}}
@media print{:root{color-scheme:light;--ink:#000;--quiet:#444;--line:#bbb;--back:#fff;--good:#064;--bad:#711}
main{max-width:none;padding:0}main.bar{display:none}.scroll{overflow:visible}tr,h2{break-inside:avoid}h2{break-after:avoid}table{font-size:.75rem}.lead{break-after:page}}
`;
