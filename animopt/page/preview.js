// In a preview: show the scene's error over its last good page, and reload when there is a new one.

{
  const overlay = document.createElement("div");
  overlay.setAttribute("role", "alert");
  overlay.id = "problem";
  overlay.hidden = true;
  Object.assign(overlay.style, {
    position: "fixed", inset: "auto 16px 84px", zIndex: 5, padding: "14px 18px", borderRadius: "10px",
    background: "#7f1023", color: "#fff", font: '14px/1.5 ui-monospace, "DejaVu Sans Mono", monospace',
    whiteSpace: "pre-wrap", overflowWrap: "anywhere", maxHeight: "60vh", overflow: "auto",
    boxShadow: "0 6px 30px rgb(0 0 0 / 0.4)",
  });
  document.body.append(overlay);
  new EventSource("/events").addEventListener("message", ({ data: text }) => {
    const { version, error } = JSON.parse(text);
    overlay.hidden = !error;
    overlay.textContent = error ?? "";
    if (!error && version !== __VERSION__) location.reload();
  });
}
