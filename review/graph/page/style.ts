/** The page's style. Two sets of colours, for light and dark; paper is light. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f5f6f8; --panel: #ffffff; --text: #1b2026; --faint: #5a6472; --border: #cfd5dd; --frame: #ffffff; --cloud: #eceff4; --card: #fbfcfd;
  --blue: #1f6feb; --teal: #0b7a75; --purple: #7a3fd1; --brown: #8a5a14; --grey: #7d8793; --green: #1a7f37; --orange: #b4540a; --red: #cf222e;
  --created: #e3f6e8; --updated: #fff4d1; --replaced: #efe6ff; --deleted: #ffe5e3; --amber: #8a5d00;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #11151a; --panel: #1a2027; --text: #e6eaef; --faint: #9aa5b2; --border: #39434f; --frame: #1a2027; --cloud: #151a20; --card: #222a33;
    --blue: #6aa8ff; --teal: #45c4bd; --purple: #b892ff; --brown: #d3a45c; --grey: #8d98a5; --green: #56c472; --orange: #f0995a; --red: #ff8078;
    --created: #173322; --updated: #3a3012; --replaced: #2e2348; --deleted: #43201f; --amber: #e3b341;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 14px/1.45 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 18px; padding: 14px 24px 10px; }
h1 { margin: 0; font-size: 20px; font-weight: 650; overflow-wrap: anywhere; }
header p { margin: 0; color: var(--faint); }
h2 { margin: 0; font-size: 15px; font-weight: 650; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 0; padding: 0 24px 12px; list-style: none; color: var(--faint); font-size: 12px; }
.legend li { display: flex; align-items: center; gap: 7px; }
.legend svg { display: block; }
.swatch { width: 14px; height: 14px; border-radius: 4px; border: 1.5px solid; }
.swatch.create { background: var(--created); border-color: var(--green); }
.swatch.update { background: var(--updated); border-color: var(--amber); }
.swatch.replace { background: var(--replaced); border-color: var(--purple); }
.swatch.delete { background: var(--deleted); border-color: var(--red); border-style: dashed; }
main { display: grid; grid-template-columns: minmax(0, 1fr); align-items: start; }
main.with-details { grid-template-columns: minmax(0, 1fr) 340px; }
.drawing { overflow-x: auto; padding: 0 8px; }
.drawing > svg { display: block; margin: 0 auto; max-width: 100%; height: auto; min-width: 760px; }
text { font-family: inherit; fill: var(--text); }
.caption { font-size: 9.5px; font-weight: 600; letter-spacing: 0.05em; fill: var(--faint); }
.label { font-size: 13px; font-weight: 600; }
.record .label, .network .label, .volume .label, .folder .label, .repository .label { font-size: 12px; font-weight: 500; }
.detail { font-size: 11px; fill: var(--faint); }
.mark { font-size: 10.5px; font-weight: 700; }
.node { cursor: pointer; outline: none; --kind: var(--grey); }
.card .box { fill: var(--card); stroke: var(--border); }
.frame .box { fill: var(--frame); stroke: var(--border); }
.cloud .box, .hypervisor .box, .zone .box { fill: var(--cloud); }
.kind { fill: var(--kind); }
.internet, .edge, .tunnel { --kind: var(--blue); }
.zone, .record { --kind: var(--teal); }
.agent, .service, .database { --kind: var(--purple); }
.volume, .folder, .disk { --kind: var(--brown); }
.backup, .repository { --kind: var(--green); }
.shared { --kind: var(--orange); }
.create .box { fill: var(--created); stroke: var(--green); stroke-width: 1.5; }
.update .box { fill: var(--updated); stroke: var(--amber); stroke-width: 1.5; }
.replace .box { fill: var(--replaced); stroke: var(--purple); stroke-width: 2; }
.delete .box { fill: var(--deleted); stroke: var(--red); stroke-width: 1.5; stroke-dasharray: 6 4; }
.frame.create .box, .frame.update .box, .frame.replace .box, .frame.delete .box { fill: var(--frame); }
.create .mark { fill: var(--green); } .update .mark { fill: var(--amber); } .replace .mark { fill: var(--purple); } .delete .mark { fill: var(--red); }
.node:hover .box { stroke: var(--faint); }
.node:focus-visible .box, .node.chosen .box { stroke: var(--blue); stroke-width: 2.5; }
.line { fill: none; stroke-width: 1.5; stroke: var(--colour); opacity: 0.75; }
.tip { fill: var(--colour); }
.routes, .serves { --colour: var(--blue); }
.resolves { --colour: var(--teal); } .line.resolves { stroke-dasharray: 5 3; }
.reaches { --colour: var(--purple); }
.stores { --colour: var(--brown); }
.joins { --colour: var(--grey); } .line.joins { stroke-dasharray: 1.5 3.5; stroke-linecap: round; }
.saves { --colour: var(--green); } .line.saves { stroke-dasharray: 6 3; }
.uses { --colour: var(--orange); } .line.uses { stroke-dasharray: 8 3 1.5 3; }
.choosing .line { opacity: 0.1; }
.choosing .line.near { opacity: 1; stroke-width: 2.2; }
.choosing .card:not(.near) { opacity: 0.4; }
aside { position: sticky; top: 12px; margin: 0 20px 20px 4px; max-height: calc(100vh - 24px); overflow-y: auto; padding: 14px 18px 18px; border: 1px solid var(--border); border-radius: 12px; background: var(--panel); }
aside[hidden] { display: none; }
aside h2 { overflow-wrap: anywhere; }
aside h3 { margin: 14px 0 4px; font-size: 11px; letter-spacing: 0.05em; text-transform: uppercase; color: var(--faint); }
aside .what { margin: 0; padding-right: 28px; font-size: 12px; color: var(--faint); }
aside dl { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 3px 12px; margin: 8px 0 0; font-size: 13px; }
aside dt { color: var(--faint); }
aside dd { margin: 0; overflow-wrap: anywhere; }
aside ul { margin: 0; padding: 0; list-style: none; font-size: 13px; }
aside li { padding: 2px 0; overflow-wrap: anywhere; }
button { font: inherit; color: inherit; }
aside li button { padding: 0; border: 0; background: none; color: var(--blue); cursor: pointer; text-align: left; overflow-wrap: anywhere; }
aside .close { position: absolute; top: 10px; right: 10px; width: 28px; height: 28px; border: 0; border-radius: 6px; background: none; font-size: 18px; line-height: 1; cursor: pointer; }
button:focus-visible { outline: 2px solid var(--blue); outline-offset: 1px; }
.op { display: inline-block; min-width: 62px; font-weight: 600; }
.op.create, .op.import { color: var(--green); } .op.update, .op.refresh { color: var(--amber); } .op.replace { color: var(--purple); } .op.delete, .op.discard { color: var(--red); }
.type { color: var(--faint); font-size: 12px; }
.plan { padding: 8px 24px 28px; }
.plan table { margin-top: 8px; border-collapse: collapse; font-size: 13px; }
.plan th, .plan td { padding: 4px 18px 4px 0; border-bottom: 1px solid var(--border); text-align: left; vertical-align: top; overflow-wrap: anywhere; }
.plan th { color: var(--faint); font-weight: 600; }
@media (max-width: 900px) {
  main.with-details { grid-template-columns: minmax(0, 1fr); }
  aside { position: fixed; inset: auto 12px 12px; top: auto; margin: 0; max-height: 55vh; }
}
@media print {
  @page { size: landscape; margin: 10mm; }
  body { background: none; }
  aside, aside[hidden] { display: none; }
  main.with-details { grid-template-columns: minmax(0, 1fr); }
  .drawing { overflow: visible; padding: 0; }
  .drawing > svg { min-width: 0; max-height: 180mm; }
  .choosing .line, .choosing .card:not(.near) { opacity: 1; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
