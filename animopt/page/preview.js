// In a preview: show the scene's error over its last good page, and reload when there is a new one.

{
  const shown = { position: "fixed", zIndex: 5, borderRadius: "10px", color: "#fff", boxShadow: "0 6px 30px rgb(0 0 0 / 0.4)" };
  const put = (id, role, style) => {
    const element = document.createElement("div");
    Object.assign(element, { id, hidden: true });
    element.setAttribute("role", role);
    Object.assign(element.style, shown, style);
    return document.body.appendChild(element);
  };
  const problem = put("problem", "alert", {
    inset: "auto 16px 84px", padding: "14px 18px", background: "#7f1023", font: '14px/1.5 ui-monospace, "DejaVu Sans Mono", monospace',
    whiteSpace: "pre-wrap", overflowWrap: "anywhere", maxHeight: "60vh", overflow: "auto",
  });
  const busy = put("busy", "status", { inset: "8px 50% auto auto", transform: "translateX(50%)", padding: "4px 12px", background: "#333a", font: "13px/1.5 system-ui, sans-serif" });

  function tell(text) {
    problem.hidden = !text;
    problem.textContent = text ?? "";
  }

  // The reader's state outlives the page, and goes to the first scene where the one shown is gone.
  function renew(scenes) {
    if (window.animopt) sessionStorage.setItem("animopt", JSON.stringify(window.animopt.state()));
    const scene = new URLSearchParams(location.search).get("scene");
    if (scene !== null && !scenes.includes(scene)) location.replace("/"); else location.reload();
  }

  const kept = sessionStorage.getItem("animopt");
  sessionStorage.removeItem("animopt");
  if (kept) window.animopt?.restore(JSON.parse(kept));

  const events = new EventSource("/events");
  let lost = false;
  events.addEventListener("message", ({ data: text }) => {
    const { version, error, building, scenes } = JSON.parse(text);
    busy.hidden = !building;
    busy.textContent = building ? "building …" : "";
    if (building) return;
    tell(error);
    if (!error && (lost || version !== __VERSION__)) renew(scenes);
    lost = false;
  });
  events.addEventListener("error", () => {
    lost = true;
    busy.hidden = true;
    tell("The preview has ended. This page shows the last version, and a new one once the preview runs here again.");
  });
}
