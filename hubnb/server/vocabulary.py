"""Identifiers that the Hub knows: licences, tasks and libraries."""

from __future__ import annotations

from hubnb.server.wire import words

LICENSES = words(
    """
    apache-2.0 mit openrail bigscience-openrail-m creativeml-openrail-m bigscience-bloom-rail-1.0
    bigcode-openrail-m afl-3.0 artistic-2.0 bsl-1.0 bsd bsd-2-clause bsd-3-clause bsd-3-clause-clear c-uda
    cc cc0-1.0 cc-by-2.0 cc-by-2.5 cc-by-3.0 cc-by-4.0 cc-by-sa-3.0 cc-by-sa-4.0 cc-by-nc-2.0 cc-by-nc-3.0
    cc-by-nc-4.0 cc-by-nd-4.0 cc-by-nc-nd-3.0 cc-by-nc-nd-4.0 cc-by-nc-sa-2.0 cc-by-nc-sa-3.0
    cc-by-nc-sa-4.0 cdla-sharing-1.0 cdla-permissive-1.0 cdla-permissive-2.0 wtfpl ecl-2.0 epl-1.0 epl-2.0
    etalab-2.0 eupl-1.1 eupl-1.2 agpl-3.0 gfdl gpl gpl-2.0 gpl-3.0 lgpl lgpl-2.1 lgpl-3.0 isc h-research
    intel-research lppl-1.3c ms-pl apple-ascl apple-amlr mpl-2.0 odc-by odbl openmdw-1.0 openmdw-1.1
    openrail++ osl-3.0 postgresql ofl-1.1 ncsa unlicense zlib pddl lgpl-lr deepfloyd-if-license
    fair-noncommercial-research-license llama2 llama3 llama3.1 llama3.2 llama3.3 llama4 grok2-community
    gemma unknown other
    """
)
TASKS = words(
    """
    text-classification token-classification table-question-answering question-answering
    zero-shot-classification translation summarization feature-extraction text-generation fill-mask
    sentence-similarity text-to-speech text-to-audio automatic-speech-recognition audio-to-audio
    audio-classification audio-text-to-text voice-activity-detection depth-estimation image-classification
    object-detection image-segmentation text-to-image image-to-text image-to-image image-to-video
    unconditional-image-generation video-classification reinforcement-learning robotics
    tabular-classification tabular-regression tabular-to-text table-to-text multiple-choice text-ranking
    text-retrieval time-series-forecasting text-to-video image-text-to-text image-text-to-image
    image-text-to-video visual-question-answering document-question-answering zero-shot-image-classification
    graph-ml mask-generation zero-shot-object-detection text-to-3d image-to-3d image-feature-extraction
    video-text-to-text keypoint-detection visual-document-retrieval any-to-any video-to-video other
    """
)
LIBRARIES = words(
    """
    acestep adapter-transformers allennlp anemoi araclip aviation-ner asteroid audiocraft audioseal
    bagel-mot bboxmaskpose ben2 bertopic big_vision bionemo birder birefnet bm25s boltzgen cancertathomev2
    cartesia_pytorch cartesia_mlx ccpfn champ chatterbox chaossim chat_tts chexmix chronos-forecasting clara
    clipscope cloud-agents collectorvision colipri cosyvoice cotracker colpali comet cosmos cxr-foundation
    deepforest depth-anything-v2 depth-pro derm-foundation describe-anything dia-tts dia2
    diff-interpretation-tuning diffree diffusers diffusionkit docking-at-home doctr edsnlp elm encoderfile
    espnet eupe fairseq fastai fastprint fasttext fixer flair flextab fme gemma.cpp geometry-crafter gliner
    gliner2 glm-tts glyph-byt5 granite-library grok habibi-tts hallo minimax-h3 hermes holomotion hezar
    htrflow hunyuan-dit hunyuan3d-2 hunyuanworld-voyager hy-worldplay hy-world-2 image-matching-models
    imstoucan index-tts infinitetalk infinite-you intellifold ising-decoding keras tf-keras keras-hub
    kerasformers kernels kimi-audio kittentts kronos k2 lyra-2.0 lagernvs ltx lightning-ir litert litert-lm
    lerobot lightglue liveportrait longcat-video-avatar-1.5 llama-cpp-python mini-omni2 mindspore magi-1
    magenta-realtime magenta-realtime-2 mamba-ssm manas-1 mars5-tts matanyone mesh-anything merlin medvae
    mflux mitie ml-agents ml-sharp mlx mlx-image mlc-llm model2vec mobilint moshi mtvcraft multimolecule
    nemo ninfer nobg nv-medtech open-oasis open_clip openasr openpeerllm open-sora outetts paddlenlp
    PaddleOCR peft perception-encoder phantom-wan pocket-tts pruna-ai pxia pyannote-audio py-feat pythae
    quantumpeer qwen3_tts recurrentgemma relik refiners renderformer reverb rkllm robo-orchard-lab rwkv
    saelens scail-2 sam2 sam-3d-body sam-3d-objects same sample-factory sap-rpt-1-oss sapiens sapiens2
    seedvr self-forcing sentence-transformers setfit sklearn spacy span-marker speechbrain ssr-speech
    stable-audio-3 stable-audio-tools monkeyocr diffusion-single-file seed-story skala soloaudio songbloom
    stable-baselines3 stanza supertonic swarmformer synthefy-migas f5-tts genmo tencent-song-generation
    tensorflowtts tensorrt tabpfn terratorch tic-clip timesfm timee-ts timm tirex tirex-2 torchgeo
    transformers transformers.js trellis trellis2 tunejury ultralytics univa uni-3dar unity-sentis sana
    videoprism vfi-mamba vismatch lvface voicecraft voxcpm vui vibevoice videox_fun wan2.2 wham whisperkit
    yolov10 yolov26 zonos 3dtopia-xl
    """
)
