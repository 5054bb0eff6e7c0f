"""Tasks that make images and videos."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .asking import Asking
from .calls import TaskCall
from .content import to_image

if TYPE_CHECKING:
    from PIL.Image import Image

    from .content import ContentT
    from .results.media import ImageToImageTargetSize, ImageToVideoTargetSize


class MakingTasks(Asking):
    """Make images and videos of text or of other images."""

    def text_to_image(
        self,
        prompt: str,
        *,
        negative_prompt: str | None = None,
        height: int | None = None,
        width: int | None = None,
        num_inference_steps: int | None = None,
        guidance_scale: float | None = None,
        model: str | None = None,
        scheduler: str | None = None,
        seed: int | None = None,
        extra_body: dict[str, Any] | None = None,
    ) -> Image:
        """Draw what a text says.

        Parameters
        ----------
        negative_prompt
            What must not be in the image.
        height, width
            Size in pixels.
        num_inference_steps
            More steps take longer and mostly look better.
        guidance_scale
            How closely to follow the prompt.
        seed
            The same seed gives the same image.
        extra_body
            Further parameters of the provider.

        Raises
        ------
        ImportError
            If Pillow is not installed.
        """
        parameters = {
            "negative_prompt": negative_prompt,
            "height": height,
            "width": width,
            "num_inference_steps": num_inference_steps,
            "guidance_scale": guidance_scale,
            "scheduler": scheduler,
            "seed": seed,
            **(extra_body or {}),
        }
        return to_image(self.ask(TaskCall("text-to-image", prompt, parameters), model))

    def image_to_image(
        self,
        image: ContentT,
        prompt: str | None = None,
        *,
        negative_prompt: str | None = None,
        num_inference_steps: int | None = None,
        guidance_scale: float | None = None,
        model: str | None = None,
        target_size: ImageToImageTargetSize | None = None,
        **kwargs: Any,
    ) -> Image:
        """Change an image as a text says; further keywords go to the provider as they are."""
        parameters = {
            "prompt": prompt,
            "negative_prompt": negative_prompt,
            "target_size": target_size,
            "num_inference_steps": num_inference_steps,
            "guidance_scale": guidance_scale,
            **kwargs,
        }
        return to_image(self.ask(TaskCall("image-to-image", image, parameters), model))

    def text_to_video(
        self,
        prompt: str,
        *,
        model: str | None = None,
        guidance_scale: float | None = None,
        negative_prompt: list[str] | None = None,
        num_frames: float | None = None,
        num_inference_steps: int | None = None,
        seed: int | None = None,
        extra_body: dict[str, Any] | None = None,
    ) -> bytes:
        """Make a video of what a text says; give its bytes, mostly MP4."""
        parameters = {
            "guidance_scale": guidance_scale,
            "negative_prompt": negative_prompt,
            "num_frames": num_frames,
            "num_inference_steps": num_inference_steps,
            "seed": seed,
            **(extra_body or {}),
        }
        return self.ask(TaskCall("text-to-video", prompt, parameters), model)

    def image_to_video(
        self,
        image: ContentT,
        *,
        model: str | None = None,
        prompt: str | None = None,
        negative_prompt: str | None = None,
        num_frames: float | None = None,
        num_inference_steps: int | None = None,
        guidance_scale: float | None = None,
        seed: int | None = None,
        target_size: ImageToVideoTargetSize | None = None,
        **kwargs: Any,
    ) -> bytes:
        """Make a video that begins with an image; further keywords go to the provider as they are."""
        parameters = {
            "prompt": prompt,
            "negative_prompt": negative_prompt,
            "num_frames": num_frames,
            "num_inference_steps": num_inference_steps,
            "guidance_scale": guidance_scale,
            "seed": seed,
            "target_size": target_size,
            **kwargs,
        }
        return self.ask(TaskCall("image-to-video", image, parameters), model)
