/** A pin; filled where `.on`. */
export const PIN = (
  <svg class="hn-i" viewBox="0 0 16 16" aria-hidden="true">
    <path d="M5.25 2.5h5.5M6.25 2.5v4L4.5 9h7L9.75 6.5v-4M8 9v4.75" />
  </svg>
);
