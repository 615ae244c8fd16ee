// The pair of remembered-picture alone, for the first page: a rate of its own and a width. The noise
// is given, and there is nothing to draw on.

import { ReturnedPicture } from "./returned-picture.js";

customElements.define("remembered-cat", class extends ReturnedPicture {});
