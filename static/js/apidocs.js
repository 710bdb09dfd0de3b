// Draws the description of the API with Swagger UI, which the page loads before this file,
// and has it follow the system's colours.

const box = document.getElementById("api");

const dark = matchMedia("(prefers-color-scheme: dark)");
const colour = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", colour);
colour();

globalThis.SwaggerUIBundle({
  domNode: box,
  url: box.dataset.url,
  deepLinking: true,
  docExpansion: "none",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  tryItOutEnabled: true,
  persistAuthorization: false, // a key must not lie in the browser
  validatorUrl: "none", // no other host is asked
});
