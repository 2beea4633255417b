/** The style of the page around the picture, for light and dark, narrow and wide. */
export const pageStyle = `
:root{color-scheme:light dark;--page:#f3f5f7;--card:#ffffff;--ink:#16202b;--soft:#4d5a68;--line:#d5dce3;--ok:#0f6b41;--ok-soft:#e2f4ea;--open:#7a4f00;--open-soft:#fdf1d3;--none:#4f5a66;--none-soft:#e9edf1;--bad:#a21c12;--bad-soft:#fde7e4}
@media (prefers-color-scheme:dark){:root{--page:#0c1014;--card:#161c23;--ink:#eef2f6;--soft:#a9b5c1;--line:#36414d;--ok:#6fd6a4;--ok-soft:#163325;--open:#f5c451;--open-soft:#3a2d0c;--none:#b4bfca;--none-soft:#28313b;--bad:#ffa49b;--bad-soft:#45191a}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:74rem;margin:0 auto;padding:2.5rem 1.25rem 3rem}
h1{font-size:clamp(1.6rem,1.2rem + 2vw,2.3rem);line-height:1.15;letter-spacing:-.02em;margin:0 0 1rem}
h2{font-size:1.2rem;margin:2.5rem 0 .25rem}
p{margin:.25rem 0 .75rem;max-width:70ch}
section>p,footer{color:var(--soft)}
.verdict{padding:.8rem 1rem;border-radius:.6rem;border-left:5px solid;max-width:none;margin:0 0 1.5rem}
.verdict.good{background:var(--ok-soft);border-color:var(--ok)}
.verdict.open{background:var(--open-soft);border-color:var(--open)}
.verdict.bad{background:var(--bad-soft);border-color:var(--bad)}
figure{margin:0}
figcaption{color:var(--soft);padding:.5rem 0}
figure .scroll{border-radius:.9rem;text-align:center;background:#fbfcfd}
figure svg{max-width:100%;height:auto;vertical-align:top;min-width:26rem}
.scroll{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:.6rem}
.scroll:focus-visible{outline:3px solid var(--ok);outline-offset:2px}
table{border-collapse:collapse;width:100%;font-size:.92rem}
th,td{text-align:left;vertical-align:top;padding:.6rem .8rem;border-top:1px solid var(--line);overflow-wrap:anywhere}
thead th{border-top:0;color:var(--soft);font-weight:600;white-space:nowrap}
tbody th{font-weight:600;min-width:9rem}
td{min-width:6rem}
td:last-child:not(:nth-child(2)){min-width:20rem}
code{font:.86em ui-monospace,"SFMono-Regular",Menlo,Consolas,"DejaVu Sans Mono",monospace}
td code{display:inline-block;min-width:17rem;word-break:break-all}
small{color:var(--soft)}
.state{display:inline-block;white-space:nowrap;padding:.05rem .55rem;border-radius:1rem;font-weight:600;font-size:.85rem}
.state.verified{background:var(--ok-soft);color:var(--ok)}
.state.claimed{background:var(--open-soft);color:var(--open)}
.state.absent{background:var(--none-soft);color:var(--none)}
footer{margin-top:3rem;border-top:1px solid var(--line);padding-top:1rem;font-size:.92rem}
@media (prefers-color-scheme:dark){figure .scroll{background:#12171d}}
@media print{body{background:none}.scroll{overflow:visible}}
`;
