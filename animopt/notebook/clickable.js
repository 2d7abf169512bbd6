// An image widget: it shows the PNG in the model and reports where it is clicked.

function render({ model, el }) {
  const image = document.createElement("img");
  image.style.maxWidth = "100%";
  const style = document.createElement("style");
  if (model.get("still")) style.textContent = `.${model.get("still")} { display: none !important; }`;
  let address;

  const show = () => {
    const last = address;
    address = URL.createObjectURL(new Blob([model.get("png")], { type: "image/png" }));
    image.src = address; // the last picture stays until this one is loaded
    image.alt = model.get("alternative");
    image.style.cursor = model.get("clickable") ? "crosshair" : "";
    if (last) URL.revokeObjectURL(last);
  };

  image.addEventListener("click", (event) => {
    const { left, top, width, height } = image.getBoundingClientRect();
    model.set("place", [(event.clientX - left) / width, (event.clientY - top) / height]);
    model.save_changes();
  });

  model.on("change:png", show);
  show();
  el.append(style, image);
  return () => {
    model.off("change:png", show);
    URL.revokeObjectURL(address);
  };
}

export default { render };
