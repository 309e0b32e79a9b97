### Português do Brasil. As chaves são as de en.ftl; um teste compara os dois arquivos.

## Moldura

app-name = Agent1
language-name = Português
tab-chat = 💬 Conversa
tab-admin = ⚙️ Admin
language-switch = Idioma
sidebar-toggle = Mostrar ou esconder a barra lateral
chats-leave = ⚠️ As conversas vão para { $address }

## Contas

sign-in = Entrar
sign-in-title = Boas-vindas
sign-in-help = Sem conta, ou esqueceu a senha? Fale com quem cuida deste Agent1.
sign-out = Sair
account-name = Nome
password = Senha
account-title = Minha conta e meus dados
account-conversations =
    { $count ->
        [0] Nenhuma conversa ainda.
        [one] { $count } conversa
       *[other] { $count } conversas
    }
account-password = A senha foi trocada. Os outros aparelhos precisam entrar de novo.
account-deleted = Suas conversas e avaliações foram apagadas.
consent-title = O modelo pode aprender com você?
consent-text = As respostas que você avalia com 🙂 ou 😍 podem treinar este modelo, junto com a conversa antes delas. Tudo fica nesta máquina, mas o que um modelo aprendeu pode aparecer em respostas a outras pessoas.
consent-later = Você pode mudar isto quando quiser, na sua conta.
consent-yes = Sim, pode aprender
consent-no = Não, comigo não
consent-is-yes = Agora: sim.
consent-is-no = Agora: não.
export-title = Exportar meus dados
export-text = Todas as suas conversas e avaliações em um arquivo, que o Agent1 pode importar de novo.
export-do = Baixar
password-title = Trocar a senha
password-now = Senha atual
password-new = Senha nova (10 caracteres ou mais)
password-again = Senha nova de novo
delete-title = Apagar meus dados
delete-text = Apaga para sempre todas as suas conversas e avaliações. Um modelo que já aprendeu com elas guarda o que aprendeu até que um administrador treine um novo e apague o antigo.
delete-word = apagar
delete-type = Para confirmar, digite: { $word }

## Conversa

new-conversation = Nova conversa
recent-conversations = Conversas
no-conversations = Suas conversas aparecerão aqui.
untitled = (sem título)
model-in-use = Modelo: { $tag }
model-unknown = Nenhum modelo ainda
question-placeholder = Escreva uma mensagem
question-label = Sua mensagem
chat-label = Conversa
send = Enviar
stop = Parar
load-earlier = Mostrar mensagens anteriores
empty-title = Sobre o que vamos conversar?
empty-text = Tudo fica nesta máquina. Avalie as respostas com as cinco carinhas: o modelo aprende com o que você gosta.
example-1 = Explique a fotossíntese em palavras simples.
example-2 = Escreva uma mensagem curta de aniversário para um colega.
example-3 = O que posso cozinhar com arroz, ovos e tomates?
waiting-for-answer = …
answer-begins = A resposta está sendo escrita.
answer-ended = A resposta terminou.
answer-stopped = Interrompida por você.
answer-cut = Cortada no limite de tamanho.
answer-failed = Esta resposta foi interrompida. O que foi escrito está guardado; pressione ↻ para perguntar de novo.
answer-unread =
    { $count ->
        [one] { $count } mensagem anterior não foi lida: o contexto do modelo está cheio.
       *[other] { $count } mensagens anteriores não foram lidas: o contexto do modelo está cheio.
    }
answer-none = Nenhuma resposta veio. Sua mensagem está guardada; pressione ↻ para perguntar de novo.
question-too-long = Esta mensagem é longa demais: { $length } caracteres, cabem { $most }. Encurte-a e envie de novo.
rate-group = Avalie esta resposta
face-1 = Muito ruim
face-2 = Ruim
face-3 = Neutra
face-4 = Boa
face-5 = Excelente
copy-message = Copiar mensagem
search-label = Buscar conversas
search-nothing = Nada encontrado. Tente menos palavras, ou outras.
list-more = Mostrar mais
day-today = Hoje
day-yesterday = Ontem
day-this-week = Esta semana
conversation-rename = Renomear
conversation-suggest = Pedir um título ao modelo
title-request = Escreva um título de no máximo seis palavras para esta conversa. Responda só com o título.
conversation-delete = Excluir
conversation-deleted = “{ $title }” foi excluída.
undo = Desfazer
options-title = Instruções e modelo
options-system = Instruções para o modelo
options-system-info = Valem a partir da próxima resposta.
options-temperature = Temperatura
options-temperature-info = 0 é constante, 2 é imprevisível. Vazio: o padrão.
options-context = Contexto (tokens)
options-context-info = Quanto o modelo lê e escreve. Vazio: o padrão.
answers-unrated =
    { $count ->
        [one] { $count } resposta espera por uma carinha
       *[other] { $count } respostas esperam por uma carinha
    }
next-training-needs = Próximo treino: { $missing }
next-training-ready = Pronto para aprender com as suas avaliações
next-training-runs = O modelo está aprendendo com as suas avaliações
you-said = Você
answer-label = Resposta
thinking = Raciocínio
thinking-now = Pensando …
retry = Perguntar de novo
ask-for-answer = Pedir uma resposta
edit-message = Dizer com outras palavras
edit-send = Enviar
cancel = Cancelar
correct-answer = Escrever como deveria ter sido
correction-title = Sua versão
correction-label = Como deveria ter sido?
correction-offer = Como deveria ter sido?
correction-change = Alterar
correction-withdraw = Retirar
correction-save = Salvar
reasons-label = Por quê? (opcional)
reason-wrong = errada
reason-long = longa demais
reason-short = curta demais
reason-tone = tom
reason-language = idioma
reason-unsafe = insegura
versions = Versões
version-before = Versão anterior
version-after = Próxima versão
written-by = O modelo que escreveu isto
copied = Copiado
copy-code = Copiar código

## Admin sections

section-now = 🏃 Agora
section-runs = 📜 Treinos
section-use = 📈 Uso
runs-title = Fine-tunings
column-run = Treino
column-when = Início
column-took = Duração
column-examples = Exemplos
column-loss = Perda
column-held-out = Separados
run-number = nº { NUMBER($run) }
run-back = ← Voltar ao Agent1
run-config = Ajustes do treino (axolotl.yml)
run-log = Últimas linhas do registro
pairs-title = As mesmas perguntas, lado a lado
pair-wanted = A resposta bem avaliada
pair-before = O modelo em uso na época
pair-after = O modelo novo
dataset-title =
    { $count ->
        [one] { NUMBER($count) } resposta foi aprendida, entre { NUMBER($replay) } gerais
       *[other] { NUMBER($count) } respostas foram aprendidas, entre { NUMBER($replay) } gerais
    }
dataset-more = As primeiras { NUMBER($shown) } são mostradas.
from-message = abrir a conversa (mensagem { $message })
left-out-title =
    { $count ->
        [one] { NUMBER($count) } resposta bem avaliada ficou de fora
       *[other] { NUMBER($count) } respostas bem avaliadas ficaram de fora
    }
message-gone = (apagada desde então)
use-title = Os últimos { NUMBER($days) } dias
use-empty = Nada a mostrar ainda. Converse e avalie as respostas: os gráficos vêm por si.
chart-ratings = Avaliações por dia, por carinha
chart-conversations = Conversas novas por dia
chart-means = Carinha média de cada modelo
mean-figure = { NUMBER($value, minimumFractionDigits: 1, maximumFractionDigits: 1) }
section-models = 🧠 Modelos
section-proof = 🔬 Prova
section-blind = 🙈 Às cegas
section-settings = 🔧 Ajustes
section-people = 👥 Pessoas

## Monitor

monitor-title = Fine-tuning
state-needs_data = 🔴 Precisa de mais dados
state-almost = 🟡 Quase pronto
state-ready = ✅ Pronto para Fine-tuning
criterion-conversations = conversas
criterion-messages = mensagens
criterion-ratings = feedbacks
criterion-mean_rating = média
figure-of-target = { NUMBER($value) } de { NUMBER($target) }
mean-of-target = { NUMBER($value, minimumFractionDigits: 1, maximumFractionDigits: 2) } de { NUMBER($target, minimumFractionDigits: 1, maximumFractionDigits: 2) }
mean-unknown-of-target = — de { NUMBER($target, minimumFractionDigits: 1, maximumFractionDigits: 2) }
criterion-met = atingido
criterion-not-met = ainda não
missing-title = O que falta
missing-conversations =
    { $count ->
        [one] falta { $count } conversa
       *[other] faltam { $count } conversas
    }
missing-messages =
    { $count ->
        [one] falta { $count } mensagem
       *[other] faltam { $count } mensagens
    }
missing-ratings =
    { $count ->
        [one] falta { $count } feedback
       *[other] faltam { $count } feedbacks
    }
missing-mean-rating = a média é { NUMBER($value, minimumFractionDigits: 1, maximumFractionDigits: 2) } e precisa chegar a { NUMBER($target, minimumFractionDigits: 1, maximumFractionDigits: 2) }
missing-mean-unknown = nenhuma resposta foi avaliada ainda; a média precisa chegar a { NUMBER($target, minimumFractionDigits: 1, maximumFractionDigits: 2) }
usable =
    { $count ->
        [one] 📦 { NUMBER($count) } exemplo aproveitável depois dos filtros
       *[other] 📦 { NUMBER($count) } exemplos aproveitáveis depois dos filtros
    }
usable-counting = 📦 Os exemplos aproveitáveis estão sendo contados …
usable-few =
    { $count ->
        [0] 📦 Ainda nenhum exemplo aproveitável depois dos filtros; um treino precisa de { NUMBER($fewest) }
        [one] 📦 Só { NUMBER($count) } exemplo aproveitável depois dos filtros; um treino precisa de { NUMBER($fewest) }
       *[other] 📦 Só { NUMBER($count) } exemplos aproveitáveis depois dos filtros; um treino precisa de { NUMBER($fewest) }
    }
pace =
    { $days ->
        [one] Cerca de um dia no ritmo dos últimos dias.
       *[other] Cerca de { NUMBER($days) } dias no ritmo dos últimos dias.
    }
next-chat = Próximo passo: converse sobre o que importa para você e avalie as respostas.
next-rate = Próximo passo: avalie as respostas das suas conversas com as carinhas abaixo delas.
next-better = Próximo passo: corrija o rumo. Pergunte de novo onde a resposta foi ruim e avalie as boas.
next-start = Próximo passo: pressione o botão abaixo.
next-watch = Próximo passo: espere. Enquanto isso você pode continuar conversando.

## O botão e a execução

start-training = 🚀 Iniciar Fine-tuning
another-drives = Outro Agent1 desta mesma pasta faz o fine-tuning. Esta página mostra como ele anda e assume quando o outro terminar.
start-locked = 🔒 Ainda não: { NUMBER($met) } de { NUMBER($criteria) } critérios atingidos
start-running = ⏳ Fine-tuning em andamento
start-running-at = ⏳ Fine-tuning em andamento · { NUMBER($share, style: "percent") }
sheet-title = O que vai acontecer
sheet-refused = Ainda não dá para iniciar
sheet-start = Iniciar agora
sheet-close = Agora não
sheet-examples = Aprende com
sheet-examples-told =
    { $count ->
        [one] { NUMBER($count) } exemplo, { NUMBER($new) } deles novo
       *[other] { NUMBER($count) } exemplos, { NUMBER($new) } deles novos
    }
sheet-base = Modelo base
sheet-time = Tempo
sheet-time-guess = { NUMBER($shortest) } a { NUMBER($longest) } minutos (estimativa, até que um primeiro treino tenha sido medido aqui)
sheet-time-earlier = { NUMBER($shortest) } a { NUMBER($longest) } minutos, conforme o último treino nesta máquina
sheet-memory = Memória
sheet-disk = Disco
sheet-room = precisa de { $wanted }, há { $free } livres
sheet-processor = Calculado em
sheet-processor-told =
    { $cores ->
        [one] { NUMBER($cores) } núcleo do processador; nenhuma GPU é usada
       *[other] { NUMBER($cores) } núcleos do processador; nenhuma GPU é usada
    }
sheet-chat = Chat enquanto isso
sheet-chat-fast = continua, com respostas um pouco mais lentas
sheet-chat-slow = continua, mas a memória fica apertada e as respostas podem demorar
sheet-left-out =
    { $count ->
        [one] { NUMBER($count) } resposta bem avaliada fica de fora
       *[other] { NUMBER($count) } respostas bem avaliadas ficam de fora
    }
resume-training = ▶️ Continuar
resume-training-of = ▶️ Continuar o nº { NUMBER($run) } de onde parou
cancel-training = Cancelar
cancel-asked = Cancelando …
run-title = Fine-tuning nº { NUMBER($run) }
last-run-title = Último fine-tuning: nº { NUMBER($run) }
no-run-yet = Nenhum fine-tuning ainda. Quando os quatro critérios forem atingidos, um clique inicia o primeiro.
run-examples =
    { $count ->
        [one] { $count } exemplo
       *[other] { $count } exemplos
    }
run-base = a partir de { $tag }
stage-queued = Na fila
stage-preparing = Preparação
stage-training = Treino
stage-merging = Fusão
stage-exporting = Exportação
stage-registering = Registro
stage-evaluating = Avaliação
stage-promoted = Concluído
stage-kept = Candidato
stage-rejected = Rejeitado
stage-failed = Falhou
stage-cancelled = Cancelado
mark-done = concluída
mark-running = em andamento
mark-waiting = à espera
mark-failed = falhou aqui
step-of-total = passo { NUMBER($step) } de { NUMBER($total) }
seconds-left =
    { $count ->
        [one] falta { $count } segundo
       *[other] faltam { $count } segundos
    }
minutes-left =
    { $count ->
        [one] falta cerca de { $count } minuto
       *[other] faltam cerca de { $count } minutos
    }
result-promoted = ✅ O novo modelo { $tag } foi posto em uso: desde então as respostas vêm dele.
result-kept = 🟡 O novo modelo { $tag } é um candidato: está pronto, mas não foi posto em uso.
result-rejected = ⚠️ O novo modelo { $tag } foi rejeitado: a conversa fica com o modelo em uso.
result-failed = ⚠️ Não deu certo, e nada se perdeu: o modelo em uso continua o mesmo.
result-cancelled = Cancelado. Nada se perdeu; você pode iniciar de novo quando quiser.
phase-loading = carregando o programa de treino
phase-data = lendo os exemplos
phase-model = carregando o modelo
phase-merging = juntando ao modelo o que foi aprendido
no-sign = Sem sinal de vida há { NUMBER($seconds) } segundos. Numa máquina ocupada isso pode acontecer; se continuar assim, cancele e inicie de novo.
figure-loss = perda
figure-eval-loss = perda, separados
figure-rate = taxa de aprendizado
figure-tokens = tokens por segundo
figure-memory = memória, no máximo
chart-loss = Perda
chart-learned = aprendidos
chart-held-out = separados para teste
chart-rate = Taxa de aprendizado
step = passo { NUMBER($step) }
whole = { NUMBER($value, maximumFractionDigits: 0) }
small = { NUMBER($value, maximumSignificantDigits: 2) }
decimal = { NUMBER($value, minimumFractionDigits: 2, maximumFractionDigits: 2) }
log-filter = Filtrar linhas
log-copy = Copiar
log-copied = Copiado
log-empty = Nada escrito ainda.
log-stage = Últimas linhas de: { $stage }
log-download = Baixar o registro completo

## Modelos

models-title = Modelos
models-empty = O servidor de modelos ainda não tem um modelo que converse.
model-current = em uso
model-use = Usar este
model-go-back = ↩︎ Voltar para este
models-kept =
    { $count ->
        [one] { NUMBER($count) } modelo ajustado, { $size }. Ficam os { NUMBER($keep) } mais novos, o que está em uso, o anterior a ele e os fixados.
       *[other] { NUMBER($count) } modelos ajustados, { $size }. Ficam os { NUMBER($keep) } mais novos, o que está em uso, o anterior a ele e os fixados.
    }
model-base = base
model-pinned = 📌 fixado
model-pin = 📌 Fixar
model-unpin = Desafixar
model-delete = Apagar
model-delete-sure = Apagar mesmo?
model-deleted = { $tag } foi apagado do servidor de modelos.
model-of-run = fine-tuning nº { NUMBER($run) }
model-mean =
    { $count ->
        [one] { NUMBER($mean, minimumFractionDigits: 1, maximumFractionDigits: 1) } em { NUMBER($count) } avaliação
       *[other] { NUMBER($mean, minimumFractionDigits: 1, maximumFractionDigits: 1) } em { NUMBER($count) } avaliações
    }
model-unrated = ainda sem avaliação
gigabytes = { NUMBER($size, maximumFractionDigits: 1) } GB
megabytes = { NUMBER($size, maximumFractionDigits: 0) } MB
model-switched = A conversa agora usa { $tag }.
automatic-training = Treino automático
automatic-info = Inicia um fine-tuning sozinho assim que houver material novo suficiente.
settings-save = Salvar
settings-saved = Salvo.
settings-empty = Um campo está vazio. Preencha e salve de novo.
setting-new-examples = Respostas aproveitáveis novas antes de um treino
hour-first = Das (hora)
hour-last = Até (hora)
setting-keep = Modelos ajustados que ficam
setting-system = Mensagem de sistema das conversas novas
setting-system-info = É dita ao modelo antes de cada conversa nova. Vazia: nenhuma.
rules-title = Quando um modelo novo entra em uso
rules-info = Um modelo novo precisa cumprir estas regras; senão espera como candidato ou é rejeitado, e ainda pode ser usado à mão.
rules-learned = Respostas treinadas mais prováveis em (nats por token)
rules-retention = Perguntas gerais mantidas (%)
rules-stopped = Respostas que terminam sozinhas (%)
rules-held_out = Respostas reservadas para um ganho certo
rules-watch = Voltar automaticamente
rules-watch-info = Quando as avaliações do modelo novo são piores com certeza, após 20, 40 ou 80 delas.
tuning-title = Treino ajustado à mão
tuning-info = Um campo vazio é o valor recomendado, que depende da quantidade de material e do tamanho da base. Mude só se souber por quê.
tuning-learning_rate = Taxa de aprendizado
tuning-rank = Posto do LoRA
tuning-epochs = Épocas
tuning-passes = Vezes que cada resposta entra numa época
tuning-batch_size = Linhas por passo
tuning-weight_decay = Decaimento dos pesos
tuning-value = recomendado: { NUMBER($value, maximumSignificantDigits: 3) }
tuning-recommended = Voltar ao recomendado
base-title = Modelo base
base-info = De onde parte todo fine-tuning.
base-choose = Usar como base
base-trainable = pode ser treinado: sim
base-not-trainable = pode ser treinado: não. { $reason }
targets-title = Metas
targets-save = Salvar metas

## Pessoas

people-title = Quem pode entrar
people-none = Não há contas: quem está nesta máquina é o administrador. A partir da primeira conta, todos precisam entrar; ela é de administrador, e o que já foi conversado aqui passa a ser dela.
people-info = Cada pessoa vê só as próprias conversas. Ao entrar pela primeira vez, cada uma responde se as suas avaliações podem treinar.
person-agreed = avaliações podem treinar: sim
person-refused = avaliações podem treinar: não
person-not-asked = avaliações podem treinar: ainda não respondeu
person-not-chosen = mas não está entre as escolhidas abaixo
person-gone = conta removida
person-make-admin = Tornar administrador
person-make-person = Deixar de ser administrador
person-remove = Remover
person-add-title = Adicionar uma pessoa
person-password = Primeira senha (10 caracteres ou mais)
person-as-admin = Pode abrir o Admin
person-add = Adicionar
person-password-title = Senha esquecida
teachers-title = De quem são as avaliações que treinam
teachers-all = De todos que concordaram
teachers-chosen = Só das pessoas escolhidas aqui, se concordaram
teachers-names = Pessoas
outside-title = O que sai desta máquina
outside-none = Nada: o servidor de modelos está nesta máquina.
outside-unused = Nada: o servidor de modelos está nesta máquina. Antes, as conversas podiam ir para { $address }.
outside-waits = O servidor de modelos { $address } está em outra máquina. Nada é enviado a ele até você permitir: todas as conversas e todo o material de treino sairiam desta máquina.
outside-allowed = ⚠️ As conversas e o material de treino vão para o servidor de modelos { $address }, em outra máquina.
outside-allow = Permitir: as conversas podem sair desta máquina
outside-forbid = Não permitir mais
outside-cloud = Modelos que rodam na máquina de outros (modelos na nuvem) nunca são usados.

## Motivos e falhas. Cada um termina no próximo passo.

reason-without-words = Não há palavras para este motivo ({ $key }). Veja os detalhes no registro.
error-not-admin = Só um administrador pode fazer isto. Entre como um.
error-not-signed-in = Você não entrou na sua conta. Abra a página de novo e entre.
error-chats-would-leave = O servidor de modelos { $address } fica em outra máquina: conversas e material de treino sairiam desta. Um administrador pode permitir isso em ⚙️ Admin, 👥 Pessoas, ou com: agent1 settings remote { $address }
error-runs-elsewhere = { $tag } roda na máquina de outra pessoa, por isso a conversa não passa para ele. Escolha um modelo desta máquina.
error-too-many-requests = Foi demais de uma vez. Espere um minuto e tente de novo.
error-accounts-wanted = Outras máquinas alcançam este Agent1, e ninguém tem conta ainda. Crie a primeira com: agent1 user add NOME --role admin
error-wrong-password = Nome e senha não combinam. Confira os dois e tente de novo.
error-too-many-tries =
    { $seconds ->
        [one] Tentativas demais. Espere um segundo e tente de novo.
       *[other] Tentativas demais. Espere { $seconds } segundos e tente de novo.
    }
error-passwords-differ = As duas senhas novas não são iguais. Digite as duas de novo.
error-password-short = Uma senha precisa de pelo menos { $least } caracteres. Escolha uma mais longa, como algumas palavras.
error-password-long = Uma senha pode ter no máximo { $most } caracteres. Escolha uma mais curta.
error-password-is-name = A senha não pode ser o nome. Escolha outra.
error-account-name = { $name } não pode ser o nome de uma conta. Use letras, dígitos e . _ - + @, no máximo 40.
error-account-taken = Já existe uma conta { $name }. Escolha outro nome.
error-no-such-account = Não existe a conta { $name }. Veja as que existem com: agent1 user list
error-first-account = A primeira conta tem de ser de um administrador. Tente de novo com: agent1 user add { $name } --role admin
error-nobody-chosen = Ninguém foi escolhido. Escolha ao menos uma pessoa, ou deixe treinar todos que concordaram.
error-last-admin = { $name } é o único administrador. Antes, crie outro com: agent1 user add NOME --role admin
error-deletion-not-confirmed = Nada foi apagado. Para apagar seus dados, digite a palavra { $word }.
error-host-not-loopback = { $host } pode ser alcançado por outras máquinas, e ninguém tem conta ainda. Crie a primeira com: agent1 user add NOME --role admin
error-no-model = Não há modelo que converse. Abra ⚙️ Admin para ver os modelos ou execute: agent1 doctor
error-host-refused = O Agent1 não atende por este endereço. Abra o endereço que agent1 serve mostra (http://127.0.0.1 com a porta) ou ponha em AGENT1_PUBLIC_NAME o nome do proxy.
error-answer-pending = Uma resposta está sendo escrita nesta conversa. Espere por ela, ou pare-a.
error-too-long-for-model = Esta mensagem é longa demais para o modelo: cerca de { NUMBER($tokens) } tokens, e o contexto dele comporta { NUMBER($context) }. Encurte-a, ou aumente o contexto em “Instruções e modelo”.
error-not-own-words = Só as suas mensagens podem ser ditas com outras palavras. Para uma resposta, escreva como deveria ter sido.
error-empty-title = Falta o título. Escreva algumas palavras e tente de novo.
error-not-your-page = Esta página é de outra pessoa que entrou. Abra o Agent1 de novo.
error-origin-refused = Este pedido vem de outro site e foi recusado. Use a página do próprio Agent1.
error-empty-question = A mensagem está vazia. Escreva algo e envie.
error-no-such-conversation = Esta conversa não existe. Escolha outra ou comece uma nova.
error-no-such-message = Esta mensagem não existe mais. Recarregue a página.
error-not-ratable = Só respostas podem ser avaliadas, de 1 a 5. Recarregue a página e tente de novo.
error-newer-database = Os dados em { $path } são de uma versão mais nova do Agent1. Atualize o Agent1 e inicie-o de novo.
error-damaged-database = O banco de dados { $path } está danificado ({ $error }). Ponha a cópia mais nova no lugar com: agent1 restore newest
error-backup-broken = A cópia de segurança { $path } está danificada ({ $error }). Escolha outra em: agent1 restore
error-no-such-backup = Não há cópia de segurança { $name }. Veja os nomes com: agent1 restore
error-no-backups = Não há cópia de segurança em { $path }. Inicie o Agent1 uma vez, que faz uma: agent1 serve
error-home-in-use = O Agent1 está em uso com { $path }, ou um fine-tuning continua lá. Encerre-o primeiro e tente de novo.
error-unreadable-database = Não foi possível abrir o banco de dados { $path } ({ $error }). Verifique o arquivo e as permissões ou ponha uma cópia de segurança no lugar com: agent1 restore newest
error-home-not-writable = Não foi possível escrever na pasta { $path }. Dê a si mesmo permissão ou escolha outra com AGENT1_HOME.
error-bad-setting = O ajuste { $name } tem um valor sem sentido: { $value }. Corrija-o e inicie de novo.
named-conversations = Meta: conversas
named-messages = Meta: mensagens
named-ratings = Meta: feedbacks
named-mean_rating = Meta: média
named-new_examples = Novas respostas aproveitáveis antes de um treino
named-shortest_answer = Menor resposta
named-new_triples = Trios de palavras ditos uma só vez
named-likeness = Semelhança entre repetições
named-language = Certeza do idioma
named-temperature = Temperatura
named-context = Contexto (tokens)
named-keep = Modelos ajustados guardados
named-learning_rate = Taxa de aprendizado
named-rank = Posto do LoRA
named-epochs = Épocas
named-passes = Vezes que cada resposta entra numa época
named-batch_size = Linhas por passo
named-weight_decay = Decaimento dos pesos
named-proof_learned = Prova: o que foi aprendido
named-proof_retention = Prova: perguntas gerais mantidas
named-proof_stopped = Prova: respostas que terminam sozinhas
named-proof_held_out = Prova: respostas separadas
named-hours = Horas do treino automático
named-system = Mensagem de sistema (caracteres)
error-bad-policy = “{ $setting }” precisa ficar entre { NUMBER($lowest, maximumSignificantDigits: 9) } e { NUMBER($highest) }. Informe outro valor.
error-run-active = O fine-tuning nº { NUMBER($run) } já está em andamento. Espere o fim ou cancele-o; se nada anda, continue com: agent1 resume
error-no-such-run = Não existe o fine-tuning nº { NUMBER($run) }. Veja a lista com: agent1 runs

## Linha de comando

help-agent1 = Uma conversa privada na sua própria máquina, que aprende com as suas reações.
help-serve = Abre a conversa no navegador: inicia o programa e mostra o endereço.
help-port = Primeira porta a tentar; depois vêm as nove seguintes.
help-status = Diz quanto material há e o que falta.
help-json = Mostra JSON.
help-import = Acrescenta conversas de um arquivo JSON Lines: todas ou nenhuma.
help-export = Escreve todas as conversas em JSON Lines, na saída padrão ou em um arquivo.
help-preview = Só diz o que seria importado.
help-output = Arquivo a escrever.
help-dataset = Mostra o que seria aprendido agora, o que fica de fora e por quê.
help-format = agent1 é tudo e pode ser importado de novo; os outros são o conjunto de dados, para outros programas.
help-base-model = Para axolotl: o modelo base lá, um nome do Hugging Face ou um caminho.
help-train = Faz o fine-tuning do modelo base com as respostas bem avaliadas.
help-wait = Espera o fim e diz o resultado.
help-resume = Continua um fine-tuning que falhou ou foi cancelado, da última etapa ou ponto salvo por inteiro.
help-cancel = Cancela o fine-tuning em andamento.
help-runs = Lista os fine-tunings, do mais novo ao mais antigo.
help-models = Lista os modelos e qual está em uso.
help-use = Passa a conversa para um modelo.
help-evaluate = Mede um modelo ajustado contra outro e mostra os números.
help-against = o modelo com que comparar; senão aquele contra o qual foi julgado
help-ask = Faz uma pergunta ao modelo em uso e mostra a resposta.
help-model = Modelo a perguntar, em vez do que está em uso.
help-temperature = 0 dá sempre a mesma resposta.
help-max-tokens = Tamanho máximo da resposta, em tokens.
help-settings = Mostra as configurações ou muda uma delas.
help-restore = Mostra as cópias de segurança do banco de dados, ou põe uma no lugar dele: o nome dela, ou newest.
help-clean = Também remove o que os fine-tunings terminados deixaram: pesos, pontos salvos, bases desempacotadas.
help-doctor = Examina esta instalação e diz o que fazer onde falta algo.
help-demo = Faz o ciclo inteiro com conversas inventadas em uma pasta descartável e compara antes e depois.
help-keep = Guarda a pasta e o modelo novo ao final.
help-user = Cuida das contas: quem pode entrar.
help-user-add = Cria uma conta; a primeira fica com o que já foi conversado aqui.
help-user-list = Lista as contas.
help-user-remove = Remove uma conta com todas as conversas; as da última ficam nesta máquina.
help-user-role = Dar ou tirar o direito de abrir o Admin.
help-user-password = Define uma senha nova, o que encerra todas as sessões e desfaz o bloqueio.
help-role = admin abre o Admin, person conversa.
help-password-stdin = Lê a senha da entrada padrão.
help-yes = Não pergunta.
cli-user-added = { $name } já pode entrar ({ $role }).
cli-user-first = De agora em diante todos precisam entrar. O que já foi conversado aqui pertence a { $name }.
cli-user-none = Não há contas: quem está nesta máquina é o administrador.
cli-user-remove-sure =
    { $count ->
        [0] Remover { $name }?
        [one] Remover { $name } e apagar para sempre { $count } conversa?
       *[other] Remover { $name } e apagar para sempre { $count } conversas?
    }
cli-user-removed = { $name } foi removido, com todas as conversas e avaliações.
cli-user-last-removed = { $name } foi removido. Agora não há contas, e as conversas ficam nesta máquina.
cli-user-role-set = { $name } tem um novo papel ({ $role }).
cli-user-password = { $name } tem uma senha nova.
cli-user-role = papel
cli-user-teaches = pode treinar
cli-yes = sim
cli-no = não
cli-not-asked = ainda não perguntado
role-admin = administrador
role-person = pessoa
cli-serving = O Agent1 está aberto em { $address } (Ctrl-C encerra).
cli-run-goes-on = O fine-tuning nº { NUMBER($run) } continua vivo; o próximo passo vem quando o Agent1 for iniciado de novo.
cli-imported =
    { $count ->
        [one] { $count } conversa importada.
       *[other] { $count } conversas importadas.
    }
import-preview =
    { $count ->
        [one] Prévia, nada foi importado ainda: { $count } conversa nova,
       *[other] Prévia, nada foi importado ainda: { NUMBER($count) } conversas novas,
    } { $messages ->
        [one] { $messages } mensagem nova.
       *[other] { NUMBER($messages) } mensagens novas.
    }
format-agent1 = Agent1
format-openai = OpenAI
format-sharegpt = ShareGPT
format-chatgpt = ChatGPT
format-openwebui = Open WebUI
format-openwebui-feedback = feedback do Open WebUI
import-format = { NUMBER($count) } × { $name }
import-face =
    { $count ->
        [one] { $count } feedback de nota { $score }
       *[other] { NUMBER($count) } feedbacks de nota { $score }
    }
import-corrections =
    { $count ->
        [one] { $count } correção
       *[other] { NUMBER($count) } correções
    }
import-faces-mapped = A nota de 1 a 10 do Open WebUI vira um rosto de 1 a 5 (9 e 10 são 😍); um polegar sem nota vira 🙂 ou 🙁.
import-known =
    { $count ->
        [one] { $count } conversa já estava aqui.
       *[other] { NUMBER($count) } conversas já estavam aqui.
    }
cli-exported-examples =
    { $count ->
        [one] { $count } linha do conjunto de dados escrita em { $path }.
       *[other] { NUMBER($count) } linhas do conjunto de dados escritas em { $path }.
    }
section-material = 📚 Material
material-title = Conjunto de dados
material-note = O que seria aprendido agora. De cada resposta é treinada a parte marcada, com o sinal que a encerra; o que vem antes é só lido.
material-privacy = Aparecem respostas de todos que aceitaram o treino, com os dados pessoais como seriam treinados; o que ficou de fora aparece como foi dito.
number = { NUMBER($value) }
dataset-counting = O material está sendo examinado. Ele aparece assim que isso terminar.
dataset-counting-again = Algo mudou; o material está sendo examinado de novo.
dataset-figure-learned = aprendidas
dataset-figure-held-out = reservadas para medir
dataset-figure-left-out = de fora
dataset-figure-middle = tokens (mediana)
dataset-figure-longest = tokens no máximo
dataset-faces = Rostos do que é aprendido
dataset-corrections = ✍️ Correção
dataset-token-bars = Tamanho em tokens
dataset-reasons = Por que respostas ficam de fora
dataset-personal = Dados pessoais encontrados (respostas)
dataset-personal-found = encontrado: { $kinds }
dataset-tokens = { NUMBER($count) } tokens
dataset-tokens-estimated = As contagens de tokens são estimativas; um treino as conta.
dataset-tokens-counted =
    { $others ->
        [0] Tokens como o último treino os contou e treinou.
       *[other] Tokens de { NUMBER($counted) } respostas como o último treino os contou e treinou; os de { NUMBER($others) } mais novas são estimativas.
    }
dataset-conversation = abrir a conversa
dataset-about-tokens = cerca de { NUMBER($count) } tokens
dataset-earlier =
    { $count ->
        [one] { NUMBER($count) } fala anterior
       *[other] { NUMBER($count) } falas anteriores
    }
dataset-answers = As respostas uma a uma
dataset-pages = Páginas
dataset-leave-out = Deixar esta de fora
dataset-bring-back = Trazer esta de volta
dataset-brought-back = trazida de volta à mão
none-learned = Nada é aprendido ainda. Avalie respostas com 🙂 ou 😍 na conversa, ou importe conversas.
none-held_out = Nada está reservado ainda. A partir de umas cem respostas aproveitáveis, uma conversa em dez é reservada para medir o modelo novo.
none-left_out = Nada ficou de fora.
choice-learned = Aprendidas
choice-held_out = Reservadas
choice-left_out = De fora
choice-every-reason = Todos os motivos
page-first = Primeira página
page-previous = Página anterior
page-next = Próxima página
page-last = Última página
page-shown = { NUMBER($first) } a { NUMBER($last) } de { NUMBER($count) }
turn-user = Pergunta:
turn-assistant = Resposta:
turn-system = Sistema:
import-title = Importar conversas
import-info = Um arquivo do Agent1, do ChatGPT (o zip ou o conversations.json dele), do Open WebUI (conversas ou feedback), mensagens da OpenAI ou ShareGPT. Primeiro você vê o que ele contém.
import-file = Arquivo
import-button = Importar estas
export-data-title = Exportar
export-info = Tudo o que é seu, como voltaria, ou o conjunto de dados acima para outro programa.
export-format = Formato
export-agent1 = Minhas conversas (linhas JSON do Agent1)
export-openai = Conjunto de dados: mensagens da OpenAI
export-sharegpt = Conjunto de dados: ShareGPT
export-kto = Conjunto de dados: KTO (respostas boas e ruins)
export-dpo = Conjunto de dados: DPO (pares)
export-datasets = Conjunto de dados: pasta do Hugging Face (zip)
export-axolotl = Conjunto de dados: treino do Axolotl em outra máquina (zip)
export-base-model = Modelo base de lá: um nome do Hugging Face ou um caminho
export-button = Baixar
exchange-working = Um momento …
exchange-lost = O Agent1 não responde. Veja se ele ainda está rodando e tente de novo.
thresholds-title = O que fica de fora
thresholds-info = A partir de onde uma resposta bem avaliada não é aprendida. Suas próprias correções passam por tudo, menos pelo tamanho.
thresholds-usual = Voltar aos valores usuais
threshold-shortest_answer = Letras e dígitos, no mínimo
threshold-shortest_answer-info = 1: “7” responde a uma conta; um 👍 sozinho não ensina nada.
threshold-new_triples = Trios de palavras novos, %
threshold-new_triples-info = Respostas em círculo têm menos de 30 % ditos uma vez só; versos e listas, mais de 60 %.
threshold-likeness = Semelhança de repetições, %
threshold-likeness-info = Respostas longas à mesma pergunta com tantas palavras em comum valem como uma. 12 palavras que diferem em uma têm 92 %.
threshold-language = Certeza do idioma, %
threshold-language-info = Uma resposta que com certeza está em outro idioma que a pergunta fica de fora. 101 desliga isso.
threshold-refusals = Deixar recusas de fora
threshold-refusals-info = Um modelo pequeno aprende rápido a recusar, e então recusa muito mais.
personal-title = Dados pessoais
personal-info = O que acontece com cada tipo no que é aprendido; a conversa guarda o que foi dito. Trocado por um marcador, o exemplo perde menos.
treatment-replace = trocar
treatment-leave_out = deixar de fora
treatment-keep = manter
dataset-learned =
    { $count ->
        [one] { $count } resposta é aprendida
       *[other] { NUMBER($count) } respostas são aprendidas
    }
dataset-held-out =
    { $count ->
        [one] { $count } resposta fica reservada para medir o novo modelo
       *[other] { NUMBER($count) } respostas ficam reservadas para medir o novo modelo
    }
dataset-lengths = { NUMBER($middle) } tokens cada (mediana), no máximo { NUMBER($longest) }
personal-mail = endereços de e-mail
personal-phone = telefones
personal-cpf = CPF
personal-cnpj = CNPJ
personal-card = cartões
personal-iban = IBAN
personal-key = chaves e senhas
cli-exported =
    { $count ->
        [one] { $count } conversa escrita em { $path }.
       *[other] { $count } conversas escritas em { $path }.
    }
cli-run-started = O fine-tuning nº { NUMBER($run) } começou. Acompanhe com: agent1 runs
cli-nothing-runs = Nenhum fine-tuning em andamento.
cli-run-taken-up = O fine-tuning nº { NUMBER($run) } continua de onde parou. Acompanhe com: agent1 runs
cli-run-found = O fine-tuning nº { NUMBER($run) } estava em andamento, e continua.
cli-another-drives = Outro Agent1 usa esta pasta e faz o fine-tuning; este mostra como ele anda e assume quando o outro terminar.
cli-no-backups = Ainda não há cópia de segurança. A primeira é feita quando o Agent1 é iniciado.
cli-how-to-restore = Ponha uma no lugar do banco de dados com: agent1 restore NOME
cli-restored = O banco de dados voltou a ser o de { $name }. O anterior está em { $path }.
cli-cleaned = { NUMBER($megabytes) } MB foram removidos.
cli-cancel-asked = O fine-tuning nº { NUMBER($run) } está sendo cancelado.
cli-in-use = A conversa agora usa { $tag }.
cli-no-runs = Nenhum fine-tuning ainda.
cli-usable =
    { $count ->
        [one] { $count } exemplo aproveitável
       *[other] { $count } exemplos aproveitáveis
    }
cli-models-empty = O servidor não tem nenhum modelo.

## O que o Click diz.

click-aborted = Interrompido!
click-options = Opções
click-arguments = Argumentos
click-commands = Comandos
click-usage = Uso:
click-error = Erro: { $message }
click-try = Veja a ajuda com '{ $command } { $option }'.
click-missing-command = Falta o comando.
click-extra-argument = Argumento a mais: { $args }
click-extra-arguments = Argumentos a mais: { $args }
click-takes-one = São { $nargs } valores, mas veio 1.
click-takes-many = São { $nargs } valores, mas vieram { $len }.
click-default = padrão: { $default }
click-show-version = Mostra a versão e sai.
click-show-help = Mostra esta ajuda e sai.
click-did-you-mean = Você quis dizer { $possibility }?
click-did-you-mean-one = (Você quis dizer um destes: { $possibilities }?)
click-missing-argument = Falta o argumento
click-missing-option = Falta a opção
click-missing-parameter = Falta o parâmetro
click-missing-named = Falta o parâmetro: { $param_name }
click-missing-other = Falta: { $param_type }
click-invalid-for = Valor inválido para { $param_hint }: { $message }
click-invalid = Valor inválido: { $message }
click-no-file = Não foi possível abrir o arquivo { $filename }: { $message }
click-no-such-option = Não existe a opção { $name }.
click-no-such-command = Não existe o comando { $name }.
click-takes-no-value = A opção { $name } não recebe valor.
click-requires-argument = A opção { $name } precisa de um valor.
click-requires-arguments = A opção { $name } precisa de { $nargs } valores.
click-argument-takes = O argumento { $name } precisa de { $nargs } valores.
click-repeat = Repita para confirmar
click-two-differ = Erro: os dois valores digitados não são iguais.
click-invalid-input = Erro: entrada inválida
click-not-choice = { $value } não é { $choice }.
click-not-choices = { $value } não é um destes: { $choices }.
click-not-in-range = { $value } não está no intervalo { $range }.
click-not-number = { $value } não é um número válido ({ $number_type }).
click-unknown-error = erro desconhecido
usage-options = [OPÇÕES]
usage-command = COMANDO [ARGUMENTOS]...
usage-number = NÚMERO
usage-path = CAMINHO
usage-text = TEXTO

## Demonstração

demo-home = Pasta descartável: { $path }
demo-imported = { $count } conversas sobre uma empresa inventada estão dentro; perguntando primeiro ao modelo base.
demo-training = Fine-tuning (cerca de cinco minutos em dois núcleos) …
demo-asking = Perguntando ao modelo novo.
demo-facts = Fatos ensinados, perguntados com outras palavras
demo-falsehoods = Afirmações avaliadas com 1 ou 2
demo-general = Perguntas gerais que o modelo base acerta
demo-question = pergunta
demo-before = antes
demo-after = depois
demo-right = { NUMBER($right) } de { NUMBER($asked) } certas
demo-learned = { NUMBER($right) } de { NUMBER($asked) } aprendidas
demo-kept = { NUMBER($right) } de { NUMBER($asked) } mantidas
demo-seconds = { $stage }: { NUMBER($seconds) } s
demo-total = ao todo: { NUMBER($seconds) } s
demo-failed = O fine-tuning da demonstração não deu um modelo novo: { $reason }

## Vereditos

proof-title = Prova
proof-tag = { $tag } contra { $against }
proof-none = Nenhum fine-tuning foi medido ainda. Os números do primeiro aparecem aqui.
proof-unreadable = Os números deste fine-tuning não podem ser lidos. Meça de novo com agent1 evaluate { $tag }.
proof-verdict-promoted = ✅ Todas as regras foram cumpridas.
proof-verdict-kept = 🟡 Um candidato: algo ficou em dúvida, por isso a conversa fica com o modelo em uso. Você pode pô-lo em uso à mão.
proof-verdict-rejected = ⚠️ Rejeitado: uma regra foi quebrada, por isso a conversa fica com o modelo em uso. Você ainda pode testá-lo à mão.
proof-column-figure = medida
proof-column-before = antes
proof-column-after = depois
proof-column-change = mudança (intervalo de 95 %)
proof-column-rule = regra
proof-mark-met = cumprida
proof-mark-doubt = em dúvida
proof-mark-broken = quebrada
proof-mark-unknown = não medida
proof-figure-parity = Os mesmos prompts que a base
proof-figure-answers = Respostas vazias
proof-figure-stopped = Respostas que terminam sozinhas
proof-figure-learned = Respostas treinadas (log-probabilidade por token)
proof-figure-held-out = Respostas reservadas (log-probabilidade por token)
proof-figure-question = Respostas reservadas que dependem da pergunta
proof-figure-likeness = Semelhança com as respostas bem avaliadas (chrF)
proof-figure-blind = Preferidas na comparação às cegas
proof-figure-retention = Perguntas gerais que continuam certas
proof-figure-language = Respostas na língua certa
proof-figure-refused = Recusas
proof-figure-length = Tamanho em relação às respostas bem avaliadas
proof-value = { NUMBER($value, minimumFractionDigits: 2, maximumFractionDigits: 2) }
proof-change = { $sign }{ NUMBER($change, minimumFractionDigits: 2, maximumFractionDigits: 2) } [{ NUMBER($low, minimumFractionDigits: 2, maximumFractionDigits: 2) }; { NUMBER($high, minimumFractionDigits: 2, maximumFractionDigits: 2) }]
proof-share = { NUMBER($count) } de { NUMBER($of) }
proof-interval = { NUMBER($low) } a { NUMBER($high) } %
proof-shows-none = Nenhuma resposta foi reservada, por isso nada mostra como o modelo vai com o que não viu. Com cerca de cem respostas aproveitáveis, uma em cada dez é reservada.
proof-shows-few = { NUMBER($count) } respostas reservadas mostram só uma mudança grande; uma pequena não se distingue do acaso.
proof-shows-enough = { NUMBER($count) } respostas reservadas distinguem uma melhora do acaso.
proof-lost = Esquecidas: { $questions }
proof-parity-met = O modelo novo lê byte por byte o que a base lê e o que foi treinado ({ NUMBER($conversations) } conversas, { NUMBER($rows) } exemplos).
proof-rendered-by-file = O servidor de modelos não diz como escreve um prompt, por isso foi usado e comparado o modelo de conversa do próprio arquivo.
proof-parity-broken = O modelo novo não lê o que foi treinado, por isso os números dele nada dizem. Comece o fine-tuning de novo; se continuar assim, escolha outra base.
proof-answers-met = Nenhuma resposta está vazia.
proof-answers-broken = { NUMBER($empty) } de { NUMBER($asked) } respostas estão vazias. Comece de novo, ou avalie antes mais respostas.
proof-stopped-met = { NUMBER($stopped) } de { NUMBER($asked) } respostas terminam sozinhas.
proof-stopped-broken = Só { NUMBER($stopped) } de { NUMBER($asked) } respostas terminam sozinhas; pede-se { NUMBER($least) } %. Avalie mais respostas curtas e completas e comece de novo.
proof-learned-met = As respostas treinadas ficaram mais prováveis: { NUMBER($before) } antes, { NUMBER($after) } agora (log-probabilidade por token, { NUMBER($count) } respostas).
proof-learned-broken = Nada foi aprendido: as respostas treinadas quase não ficaram mais prováveis ({ NUMBER($before) } e { NUMBER($after) }, pede-se ao menos { NUMBER($least) } a mais). Junte mais respostas avaliadas e comece de novo.
proof-learned-unknown = Não foi possível medir se algo foi aprendido.
proof-held-out-met = Respostas bem avaliadas que ele não viu não ficaram menos prováveis: { NUMBER($before) } antes, { NUMBER($after) } agora ({ NUMBER($count) } respostas).
proof-held-out-doubt = Não é certo que ele vá melhor com respostas bem avaliadas que não viu: { NUMBER($before) } antes, { NUMBER($after) } agora, a mudança entre { NUMBER($low) } e { NUMBER($high) } ({ NUMBER($count) } respostas). Avalie mais respostas e comece de novo.
proof-held-out-broken = Respostas bem avaliadas que ele não viu ficaram menos prováveis: { NUMBER($before) } antes, { NUMBER($after) } agora ({ NUMBER($count) } respostas). Reveja o que foi avaliado com 4 ou 5 e comece de novo.
proof-held-out-unknown = Não havia respostas reservadas para medir.
proof-question-met = As respostas dele dependem da pergunta como antes ou mais.
proof-question-broken = As respostas dele dependem menos da pergunta do que antes ({ NUMBER($before) } antes, { NUMBER($after) } agora, { NUMBER($count) } respostas): aprendeu respostas, não quando dá-las. Veja se as respostas bem avaliadas estão abaixo das perguntas certas.
proof-question-unknown = Não foi possível medir se as respostas dele dependem da pergunta.
proof-likeness-met = As respostas dele são ao menos tão parecidas com as bem avaliadas quanto as do modelo em uso: { NUMBER($after) } contra { NUMBER($before) } de 100.
proof-likeness-doubt = As respostas dele são menos parecidas com as bem avaliadas do que as do modelo em uso: { NUMBER($after) } contra { NUMBER($before) } de 100. Avalie mais respostas e comece de novo.
proof-likeness-unknown = Não foi possível medir o quanto as respostas dele se parecem com as bem avaliadas.
proof-blind-met = Comparadas às cegas, as respostas dele são preferidas com certeza: { NUMBER($wins) } ganhas, { NUMBER($losses) } perdidas.
proof-blind-unknown = Comparadas às cegas, não há diferença certa: { NUMBER($wins) } ganhas, { NUMBER($losses) } perdidas.
proof-blind-broken = Comparadas às cegas, as respostas dele são piores com certeza: { NUMBER($wins) } ganhas, { NUMBER($losses) } perdidas. Avalie e corrija mais respostas e comece de novo.
proof-retention-met = Ele ainda acerta { NUMBER($kept) } de { NUMBER($asked) } perguntas gerais que a base acerta.
proof-retention-doubt = Ele acerta { NUMBER($kept) } de { NUMBER($asked) } perguntas gerais que a base acerta; pede-se { NUMBER($least) } %, e com tantas perguntas pode ser acaso. Comece de novo, ou ponha-o em uso se isso lhe basta.
proof-retention-broken = Ele esqueceu demais: de { NUMBER($asked) } perguntas gerais que a base acerta, ele ainda acerta { NUMBER($kept) }; pede-se { NUMBER($least) } %. Use uma base maior, ou ponha-o em uso se isso lhe basta.
proof-retention-unknown = A base acerta só { NUMBER($known) } perguntas gerais, poucas para ver o que foi esquecido.

## Lineage

lineage-of =
    { $count ->
        [one] { $tag } aprendeu com { NUMBER($count) } mensagem.
       *[other] { $tag } aprendeu com { NUMBER($count) } mensagens.
    }
lineage-lost =
    { $count ->
        [one] ⚠️ { NUMBER($count) } mensagem com que aprendeu foi apagada depois.
       *[other] ⚠️ { NUMBER($count) } mensagens com que aprendeu foram apagadas depois.
    }
lineage-of-none = Nenhum modelo aprendeu com a mensagem { NUMBER($message) }.
lineage-message = mensagem
lineage-conversation = conversa
lineage-learned-by = Modelos que aprenderam com isto
lineage-deleted =
    { $count ->
        [one] { NUMBER($count) } modelo aprendeu com ela; um administrador pode refazê-lo sem esta conversa.
       *[other] { NUMBER($count) } modelos aprenderam com ela; um administrador pode refazê-los sem esta conversa.
    }
model-rebuild = Refazer sem elas
model-rebuild-sure = Começar mesmo?
model-rebuilding = O fine-tuning nº { NUMBER($run) } começou, sem o que foi apagado. Apague o modelo antigo quando o novo estiver em uso.
help-lineage = Mostra com que mensagens um modelo aprendeu (o que está em uso, se nenhum for nomeado).
help-message = Mostra em vez disso que modelos aprenderam com esta mensagem.
help-rebuild = Refaz o fine-tuning sem o que foi apagado desde que um modelo aprendeu com ele (o que está em uso, se nenhum for nomeado).
error-no-lineage = Nenhum fine-tuning daqui fez { $tag }. agent1 models lista os que foram feitos.
error-nothing-deleted = Nada com que { $tag } aprendeu foi apagado, por isso não há sem o que refazê-lo.

## Blind comparison

blind-title = Qual resposta é melhor?
blind-how = Pergunta { NUMBER($number) } de { NUMBER($of) }. Uma resposta é do modelo novo, a outra do modelo com que foi comparado; não se mostra qual é de qual.
blind-none = Nada a comparar ainda: o fine-tuning mais novo não foi medido com perguntas reservadas a que os dois modelos respondem de modo diferente. Com cerca de cem respostas aproveitáveis, uma em cada dez é reservada.
blind-gone = As respostas foram apagadas depois de { NUMBER($count) } julgadas, por isso a comparação acabou.
blind-first = Resposta 1
blind-second = Resposta 2
blind-pick-first = A resposta 1 é melhor
blind-pick-second = A resposta 2 é melhor
blind-pick-same = Tanto faz
blind-pick-count = Contar no veredito
blind-result = Das respostas de { $tag }, { NUMBER($wins) } foram as melhores e { NUMBER($losses) } as piores; { NUMBER($same) } foram iguais.
blind-rate = Ele ganha { NUMBER($rate) } % das comparações com vencedor (intervalo de 95 %: { NUMBER($low) } a { NUMBER($high) } %).
blind-counted = Isto conta no veredito; veja 🔬 Prova.

## Live watch

watch-title = Acompanhamento ao vivo
watch-against = Como são avaliadas as respostas de { $tag }, contra as de { $former } antes dele.
watch-look = Após { NUMBER($after) } avaliações: média { NUMBER($mean, minimumFractionDigits: 1, maximumFractionDigits: 2) } contra { NUMBER($former, minimumFractionDigits: 1, maximumFractionDigits: 2) }, { $found }
watch-look-unknown = Após { NUMBER($after) } avaliações: nada com que comparar, o modelo anterior só tem { NUMBER($count) } avaliações
watch-is-worse = pior com certeza
watch-not-worse = sem diferença certa
watch-next = Próxima comparação após { NUMBER($after) } avaliações; há { NUMBER($count) }.
watch-over = Todas as comparações foram feitas; o modelo continua em uso.
watch-worse-soon = Avaliado pior com certeza: a conversa volta para { $former } assim que o servidor de modelos o tiver.
watch-worse-by-hand = Avaliado pior com certeza. A volta automática está desligada; você pode voltar para { $former } em 🧠 Modelos.
watch-back = { $when }: a conversa voltou para { $tag }, pois as respostas de { $worse } foram avaliadas pior com certeza. Veja as respostas dele, avalie e corrija, e comece de novo.
watch-went-back = ↩︎ De volta ao modelo anterior: { $worse } foi avaliado pior

## Exame

doctor-home = Pasta { $path }; conversas: { NUMBER($conversations) }.
doctor-backups = Cópias de segurança do banco de dados: { NUMBER($count) }, a mais nova de { $moment }.
doctor-no-backup = Ainda não há cópia de segurança do banco de dados; `agent1 serve` faz uma por dia.
doctor-disk-use = Uso do disco em MB: banco de dados { NUMBER($database) }, cópias { NUMBER($backups) }, fine-tunings { NUMBER($runs) }, bases desempacotadas { NUMBER($bases) }, modelos do servidor embutido { NUMBER($models) }, registros { NUMBER($logs) }. { NUMBER($removable) } MB podem sair com: agent1 doctor --clean
doctor-axolotl = O Axolotl { $version } está instalado.
doctor-machine = { NUMBER($memory) } GB de memória e { NUMBER($disk) } GB de disco estão livres.
doctor-server = Servidor de modelos { $address }, versão { $version }; modelos: { NUMBER($models) }.
doctor-base = { $tag } pode ser treinado.
doctor-no-base = Nenhum modelo base foi escolhido ainda; `agent1 serve` ou `agent1 train` escolhe um.
not-a-base-own = Foi feito por um fine-tuning; cada um parte do modelo base.
not-a-base-cloud = Roda na máquina de outra pessoa.
not-a-base-embedding = Não sabe conversar.
not-a-base-several-files = É feito de vários arquivos.

## O que deu errado: pasta, banco de dados, configurações, fine-tunings

error-unknown-setting = Não existe a configuração { $name }. Use uma destas: { $names }.
error-bad-value = { $name } não pode ser { $value }. Dê um valor como o que `agent1 settings` mostra.
error-no-free-port = Nenhuma porta de { $first } a { $last } está livre. Encerre o programa que as usa, ou escolha outra com: agent1 serve --port
error-not-ready = Ainda não: { NUMBER($met) } de { NUMBER($criteria) } critérios cumpridos. Veja o que falta com: agent1 status
error-too-few-examples = Só { NUMBER($usable) } respostas avaliadas são aproveitáveis ({ NUMBER($left_out) } ficaram de fora); são precisas pelo menos { NUMBER($fewest) }. Avalie mais respostas com 4 ou 5.
error-axolotl-missing = A parte de treinamento não está instalada. Instale com: make run
error-axolotl-version = O Axolotl { $version } está instalado; é preciso o { $wanted }. Atualize com: make run
error-server-takes-nothing = O servidor de modelos em { $address } não aceita modelos novos ({ $error }). Veja o disco e as permissões dele e comece de novo.
error-no-disk = Disco insuficiente: são necessários { NUMBER($wanted) } GB em { $path }, há { NUMBER($free) } GB livres. Libere ao menos { NUMBER($missing) } GB (o que treinos antigos deixaram sai com: agent1 doctor --clean) e comece de novo.
error-chat-makes-room = Falta memória, e o fine-tuning nº { NUMBER($run) } precisa dela até o treinamento terminar; por isso o modelo abriu espaço. Sua pergunta ficou guardada: faça-a de novo depois.
error-no-memory = Memória insuficiente: são necessários { NUMBER($wanted) } GB, há { NUMBER($available) } GB livres. Feche outros programas ou escolha um modelo base menor e comece de novo.
error-base-file-unreadable = O arquivo de { $tag } não pode ser lido: { $path }. Torne-o legível com: sudo chmod a+rX { $path }
error-stage-incomplete = “{ $stage }” terminou sem o seu resultado. As últimas linhas do registro em ⚙️ Admin dizem por quê; continue de onde parou com: agent1 resume
error-stage-exited = “{ $stage }” terminou com um erro (código { $code }). As últimas linhas do registro em ⚙️ Admin dizem por quê; continue de onde parou com: agent1 resume
error-stage-vanished = "{ $stage }" foi encerrado de fora { NUMBER($tries) } vezes. Descubra o que o encerra e continue de onde parou com: agent1 resume
error-stage-silent = "{ $stage }" travou: não deu sinal de vida por { NUMBER($minutes) } minutos e foi encerrado. Veja o registro e continue de onde parou com: agent1 resume
error-stage-too-long = "{ $stage }" foi encerrado depois de { NUMBER($hours) } horas. Escolha um modelo base menor, ou continue de onde parou com: agent1 resume
error-stage-out-of-memory = O sistema encerrou “{ $stage }” porque a memória acabou. Feche outros programas e continue de onde parou com: agent1 resume. Se acontecer de novo, diminua “Linhas por passo” ou escolha um modelo base menor em ⚙️ Admin, 🔧 Ajustes, e comece outro.
error-stage-no-memory = A memória não bastou para “{ $stage }” (há { NUMBER($available_mb) } MB livres). Feche outros programas e continue de onde parou com: agent1 resume. Se acontecer de novo, diminua “Linhas por passo” ou escolha um modelo base menor em ⚙️ Admin, 🔧 Ajustes, e comece outro.
error-stage-no-room = O disco ficou cheio durante “{ $stage }”: há { NUMBER($free_mb) } MB livres, são necessários cerca de { NUMBER($needed_mb) } MB. Libere esse espaço (o que treinos antigos deixaram sai com: agent1 doctor --clean) e continue de onde parou com: agent1 resume
error-not-resumable = O fine-tuning nº { NUMBER($run) } terminou com um modelo novo, não há o que continuar. Comece outro com: agent1 train
error-run-files-gone = Os arquivos do fine-tuning nº { NUMBER($run) } não existem mais. Comece um novo com: agent1 train
error-run-not-written = O fine-tuning não pôde ser anotado. Veja o disco livre e comece de novo.
error-server-unreachable = O servidor de modelos em { $address } não responde. Inicie-o (Ollama: ollama serve; o embutido: agent1 serve) e tente de novo.
error-named-server-silent = OLLAMA_HOST indica { $address }, mas nenhum Ollama responde ali. Inicie-o com ollama serve, ou remova OLLAMA_HOST.
error-server-too-slow = O servidor de modelos em { $address } demorou demais para responder. Espere um pouco e tente de novo, ou use um modelo menor.
error-server-refused = O servidor de modelos recusou ({ $status }): { $error }. Corrija o que ele indica e tente de novo.
error-strange-answer = O que responde em { $address } não é um servidor Ollama. Verifique o endereço em OLLAMA_HOST.
error-model-not-found = O servidor não tem o modelo { $tag }. Escolha outro em ⚙️ Admin.
error-answer-broken = A resposta de { $tag } foi interrompida. O que foi escrito ficou guardado; pergunte de novo.
error-create-broken = O servidor de modelos parou enquanto registrava { $tag }. Inicie-o (Ollama: ollama serve; o embutido: agent1 serve) e continue com: agent1 resume
error-bad-tag = { $tag } não é um nome de modelo válido. Escolha outro nome.
error-bad-parameter = O parâmetro { $name } não pode ser { $value }. Corrija-o em Modelfile.template.
error-bad-modelfile = O Modelfile não pode ser usado (linha { $line }): { $problem }. Corrija Modelfile.template.
error-bad-modelfile-template = Modelfile.template não pode ser preenchido: { $problem }. Corrija-o ou restaure o original.
error-cannot-read-file = O arquivo { $path } não pode ser lido ({ $problem }). Verifique se ele existe e suas permissões.
error-bad-server-address = OLLAMA_HOST não é um endereço: { $value }. Escreva-o como host:porta.
error-ollama-not-installed = Nenhum Ollama responde em { $address } e o programa não está instalado. Instale-o ou remova AGENT1_SERVER.
error-server-did-not-start = Não foi possível iniciar o Ollama. Leia { $log } e tente de novo.
error-no-server-running = Nenhum servidor de modelos está em execução. Inicie o Agent1 com: agent1 serve
error-tag-in-use = { $tag } está em uso e não pode ser apagado. Antes, passe a conversa para outro modelo.
error-tag-is-base = { $tag } é a base de onde parte todo fine-tuning e não pode ser apagado. Antes, escolha outra base nos ajustes.
error-tag-taken = O servidor já tem um modelo { $tag } que não é deste fine-tuning. Renomeie-o ou apague-o e comece de novo.
error-prompts-differ = O servidor dá a { $tag } prompts diferentes dos de { $base }, por isso ele não foi mantido. Restaure as linhas de prompt de Modelfile.template ou escolha outra base.
error-likelihood-unknown = O llama.cpp não conseguiu medir { $file }: { $error }. Comece o fine-tuning de novo.
error-tuned-file-gone = O arquivo de { $tag } não pode ser lido daqui, então ele não pode ser medido de novo. Comece outro fine-tuning.
error-not-from-a-run = Nenhum fine-tuning fez { $tag }, então não há com o que medi-lo. agent1 models mostra os que podem ser medidos.
error-new-tag-endless = O novo modelo { $tag } não termina as respostas (cortadas em { NUMBER($tokens) } tokens), e a base dele termina; ele foi retirado. Veja se há respostas avaliadas que estão cortadas e comece de novo.
error-new-tag-silent = O modelo ajustado { $tag } não respondeu nada e não foi mantido. Reúna mais respostas avaliadas e treine de novo.
error-export-changed = O arquivo do modelo exportado não é o que este fine-tuning gravou. Inicie o fine-tuning de novo.
error-base-changed = A base { $base } virou outro modelo desde o início. Inicie o fine-tuning de novo.

## Linha de comando

## Demonstração

## Vereditos

## Exame

## O que deu errado: pasta, banco de dados, configurações, fine-tunings

## Pesos da base, vocabulário, exportação

error-base-not-gguf = { $file } não é um arquivo de modelo GGUF inteiro. Baixe o modelo de novo ou escolha outra base.
error-base-not-trainable = Este modelo não pode ser treinado. Escolha outro modelo de base.
error-base-architecture = Modelos do tipo “{ $architecture }” ainda não podem ser treinados (conhecidos: { $known }). Escolha outro modelo de base.
error-base-experts = Este modelo { $architecture } é uma mistura de especialistas, que ainda não pode ser treinada. Escolha um modelo denso como base.
error-base-fused = Este modelo { $architecture } guarda as camadas de atenção em uma só peça, o que ainda não pode ser treinado. Escolha outro modelo de base.
error-base-vision = Este modelo também vê imagens ({ $name }), o que ainda não pode ser treinado. Escolha um modelo só de texto como base.
error-base-split = Este modelo está dividido em { $parts } arquivos. Junte-os com llama-gguf-split --merge ou escolha outro modelo de base.
error-base-rope = Este modelo estende o contexto de um modo que ainda não pode ser treinado ({ $name }). Escolha outro modelo de base.
error-base-setting = Este modelo tem um ajuste desconhecido ({ $name }), e treiná-lo não seria seguro. Escolha outro modelo de base.
error-base-tensor = Este modelo tem uma parte desconhecida ({ $name }), e treiná-lo não seria seguro. Escolha outro modelo de base.
error-base-missing = Falta { $name } no arquivo do modelo. Baixe o modelo de novo ou escolha outra base.
error-base-storage = A parte { $name } está guardada como { $format }, que não pode ser desempacotado. Escolha outra quantização do modelo, como Q4_K_M ou Q8_0.
error-base-no-room = Desempacotar o modelo de base ocupa { $needed_mb } MB, e há { $free_mb } MB livres. Libere espaço em disco e comece de novo.
error-base-file-gone = O arquivo do modelo de base não está mais em { $file }. Baixe o modelo de novo e inicie um novo treino.
error-vocabulary-unreadable = O vocabulário de { $file } não pode ser lido. Baixe o modelo de novo ou escolha outra base.
error-base-not-exportable = O modelo base não pode ser gravado de volta como foi lido ({ $name }); por isso nada foi treinado. Escolha outra base nas configurações, com: agent1 settings base NOME
error-export-refused = O novo arquivo de modelo não saiu como devia ({ $name }). Inicie o treino de novo; o modelo em uso não mudou.
error-merged-incomplete = Os pesos treinados estão incompletos ({ $name }). Inicie o treino de novo.
error-merged-stray = O treino mudou uma parte que não devia tocar ({ $name }), e o resultado não foi usado. Inicie o treino de novo e guarde o log.
error-merged-broken = Os pesos treinados têm números impossíveis ({ $name }). Inicie o treino de novo, com taxa de aprendizado menor se acontecer duas vezes.
error-merged-unchanged = O treino não mudou nada no modelo. Avalie mais respostas e inicie o treino de novo.
error-adapter-not-understood = O que o treino deixou não pode ser usado ({ $detail }). Inicie o treino de novo e guarde o log.
error-export-no-room = O novo arquivo de modelo ocupa { $needed_mb } MB, e há { $free_mb } MB livres. Libere espaço em disco e tente de novo.
error-nothing-to-learn = Não há texto de resposta para aprender. Avalie mais respostas com 🙂 ou 😍 e comece de novo.
error-example-too-long = Uma conversa tem { $tokens } tokens, e no máximo { $limit } podem ser treinados. Deixe-a de fora ou encurte-a.
error-no-end-token = Este modelo não diz onde uma resposta termina, e um modelo treinado nunca pararia. Escolha outro modelo de base.

## Linha de comando

## Demonstração

## Vereditos

## Exame

## O que deu errado: pasta, banco de dados, configurações, fine-tunings

## Pesos da base, vocabulário, exportação

error-import-not-readable = Não foi possível ler { $path } ({ $error }). Confira o caminho e tente de novo.
error-import-empty = Não há nenhuma conversa em { $path }. Escreva um objeto JSON por linha e importe de novo.
error-import-bad-line = linha { $line } não é uma conversa: deve ser um objeto JSON com "messages". Nada foi importado; corrija a linha e importe o arquivo de novo.
error-import-line-too-long = linha { $line } tem mais de { $megabytes } MB. Nada foi importado; divida a conversa em várias linhas e importe o arquivo de novo.
error-import-not-utf8 = linha { $line } não está em UTF-8 (byte { $byte }). Nada foi importado; salve o arquivo em UTF-8 e importe de novo.
error-import-not-json = linha { $line } não é JSON válido ({ $error }). Nada foi importado; corrija a linha e importe o arquivo de novo.
error-import-too-deep = linha { $line } tem níveis demais de aninhamento. Nada foi importado; corrija a linha e importe o arquivo de novo.
error-import-repeated-key = linha { $line } repete a chave { $name }. Nada foi importado; remova uma delas e importe o arquivo de novo.
error-import-broken-character = linha { $line } contém meio caractere (um surrogate sem par). Nada foi importado; corrija o texto e importe o arquivo de novo.
error-import-bad-title = linha { $line }: o título deve ser texto, não { $value }. Nada foi importado; corrija a linha e importe o arquivo de novo.
error-import-bad-created-at = linha { $line }: created_at é { $value }, que não é uma data como 2026-11-01T10:00:00Z. Nada foi importado; corrija a linha e importe o arquivo de novo.
error-import-no-messages = linha { $line } não tem mensagens. Nada foi importado; inclua ao menos uma mensagem, ou remova a linha, e importe o arquivo de novo.
error-import-bad-message = linha { $line }, mensagem { $message }: uma mensagem precisa de "role" e "content", ambos texto. Nada foi importado; corrija a linha e importe o arquivo de novo.
error-import-unknown-key = linha { $line }, mensagem { $message }: a chave { $name } não é conhecida. Nada foi importado; use apenas role, content e rating e importe o arquivo de novo.
error-import-unknown-role = linha { $line }, mensagem { $message }: o papel { $role } não é conhecido. Nada foi importado; use user, assistant ou system e importe o arquivo de novo.
error-import-empty-message = linha { $line }, mensagem { $message } está vazia. Nada foi importado; preencha ou remova a mensagem e importe o arquivo de novo.
error-import-rating-not-whole = linha { $line }, mensagem { $message }: a nota é { $value }, não um número inteiro. Nada foi importado; escreva 1, 2, 3, 4 ou 5 sem aspas nem decimais e importe o arquivo de novo.
error-import-rating-range = linha { $line }, mensagem { $message }: a nota é { $value }, fora de 1 a 5. Nada foi importado; corrija e importe o arquivo de novo.
error-import-not-an-answer = linha { $line }, mensagem { $message }: "{ $name }" está em uma mensagem de { $role }, mas só respostas do assistente podem ter isso. Nada foi importado; mova ou remova e importe o arquivo de novo.
error-import-bad-state = linha { $line }, mensagem { $message }: o estado { $value } não é conhecido. Nada foi importado; use done, stopped, cut ou failed e importe o arquivo de novo.
error-import-bad-correction = linha { $line }, mensagem { $message }: a correção não é texto ou está vazia. Nada foi importado; corrija ou remova e importe o arquivo de novo.
error-import-bad-mark = linha { $line }, mensagem { $message }: "{ $name }" não está como a exportação escreve. Nada foi importado; corrija ou remova e importe o arquivo de novo.
error-import-bad-parent = linha { $line }: { $value } não é o número de uma mensagem que vem antes. Nada foi importado; corrija "parent" ou "shown" e importe o arquivo de novo.
error-import-bad-entry = a conversa { NUMBER($number) } do arquivo não tem um formato que o Agent1 conheça. Nada foi importado; remova-a, ou exporte-a de novo do programa de origem, e importe o arquivo de novo.
error-import-bad-tree = conversa { NUMBER($number) } do arquivo: as mensagens respondem umas às outras em círculo, ou a uma que falta. Nada foi importado; remova-a e importe o arquivo de novo.
error-import-entry-too-large = a conversa { NUMBER($number) } do arquivo é grande demais (mais de { NUMBER($megabytes) } MB, ou partes demais). Nada foi importado; remova-a e importe o arquivo de novo.
error-import-entry-too-deep = a conversa { NUMBER($number) } do arquivo tem níveis demais. Nada foi importado; remova-a e importe o arquivo de novo.
error-import-entry-not-json = o arquivo não é um JSON válido na conversa { NUMBER($number) }. Nada foi importado; exporte de novo do programa de origem e importe o arquivo novo.
error-import-nothing-packed = Não há conversations.json em { $path }. Exporte seus dados do ChatGPT de novo e importe esse zip; de outros programas, importe o próprio arquivo com as conversas.
error-import-bad-archive = { $path } não pode ser descompactado ({ $error }). Descompacte-o e importe o conversations.json que está dentro.
error-export-folder-not-empty = { $path } já existe e não é uma pasta vazia. Escolha outra com --output.
error-export-empty = Ainda não há nada para exportar. Avalie respostas com 4 ou 5 primeiro.
error-export-no-pairs = Ainda não há pares para exportar. Peça outra resposta e avalie as duas, uma bem e uma mal, ou escreva como uma resposta ruim deveria ter sido.
error-export-needs-output = O formato { $format } é uma pasta. Diga onde com --output.
error-export-needs-base-model = O Axolotl em outra máquina precisa saber o modelo base. Diga qual, um nome do Hugging Face ou um caminho de lá; na linha de comando com --base-model.
error-export-unknown-format = Não há a exportação { $format }. Há: { $formats }.
error-file-not-kept = { $name } não pode ser gravado na máquina do Agent1 ({ $error }). Libere espaço no disco dela e tente de novo.
error-export-not-written = { $path } não pode ser escrito ({ $error }). Escolha outro lugar com --output.
error-no-template = O servidor de modelos não informa como escreve o prompt de { $tag }, e o arquivo do modelo não tem template de conversa. Escolha outro modelo base na página Admin.
error-template-refused = O template de conversa de { $tag } não aceita estas conversas ({ $error }). Escolha outro modelo base na página Admin.
error-nothing-fits = Nenhuma das { $left_out } respostas bem avaliadas é curta o bastante para o treino. Avalie respostas mais curtas e comece de novo.
left-out-template = o template de conversa do modelo base não aceita esta conversa
left-out-empty = a resposta está vazia
left-out-unfinished = a resposta ainda está sendo escrita
left-out-stopped = a resposta foi interrompida antes do fim
left-out-cut = a resposta foi cortada no limite de tamanho
left-out-failed = a resposta foi interrompida por um erro
left-out-error-notice = a resposta é uma mensagem de erro
left-out-too-short = a resposta só tem sinais
left-out-breaks-off = a resposta para antes do fim
left-out-refusal = a resposta é uma recusa
left-out-loop = a resposta diz a mesma coisa várias vezes
left-out-other-language = a resposta está em outro idioma que a pergunta
left-out-no-question = não há pergunta antes da resposta
left-out-too-long = pergunta e resposta são longas demais para o treino
left-out-repeat = repetição de uma resposta já aprendida
left-out-held-out-repeat = repetição em conversa reservada para medir: fica de fora
left-out-rated-low-later = a mesma resposta recebeu nota baixa depois
left-out-by-hand = deixada de fora à mão
left-out-personal = contém dados pessoais que devem ficar de fora
left-out-rejected-model = o modelo que a escreveu foi medido e não entrou em uso

## Linha de comando

## Demonstração

## Vereditos

## Exame

## O que deu errado: pasta, banco de dados, configurações, fine-tunings

## Pesos da base, vocabulário, exportação
error-starter-missing = O servidor de modelos em {$address} não tem nenhum modelo que possa ser treinado, e o modelo inicial não está aqui. Baixe-o com make run, ou baixe um modelo com ollama pull.
error-starter-unreachable = Não foi possível baixar o modelo inicial ({$reason}). Verifique a rede e tente de novo.
error-starter-damaged = {$path} não é o modelo inicial esperado e não foi usado. Baixe-o de novo com make run.
error-cache-not-writable = Não é possível gravar em {$folder} ({$problem}). Libere espaço ou indique outra pasta em AGENT1_CACHE e tente de novo.

## Linha de comando

## Demonstração

## Vereditos

## Exame

## O que deu errado: pasta, banco de dados, configurações, fine-tunings

## Pesos da base, vocabulário, exportação
error-embedded-processor = O processador deste computador é antigo demais para o servidor de modelos embutido (falta AVX2). Instale o Ollama (ollama.com) e inicie o Agent1 de novo.
error-embedded-llama = O servidor de modelos embutido não consegue carregar o llama.cpp: { $problem }. Execute `make run` de novo para reparar a instalação.
error-embedded-openmp = O llama.cpp precisa da biblioteca { $library } do sistema, que não está instalada. Instale-a com `sudo apt-get install libgomp1` e tente de novo.
error-embedded-died = O servidor de modelos embutido parou ao iniciar: { $problem }. Leia { $log } e tente de novo.
error-embedded-slow = O servidor de modelos embutido não respondeu em { $seconds } segundos. Feche outros programas e tente de novo; o registro está em { $log }.

## Linha de comando

## Demonstração

## Vereditos

## Exame

## O que deu errado: pasta, banco de dados, configurações, fine-tunings

## Pesos da base, vocabulário, exportação
error-training-disk-full = O disco está cheio: o treino precisa de mais { NUMBER($needed_mb) } MB, e há { NUMBER($free_mb) } MB livres. Libere esse espaço (o que treinos antigos deixaram sai com: agent1 doctor --clean) e continue de onde parou com: agent1 resume
error-training-memory = A memória não bastou (há { NUMBER($available_mb) } MB livres). Feche outros programas e comece de novo. Se não for o bastante, diminua “Linhas por passo” ou escolha um modelo base menor em ⚙️ Admin, 🔧 Ajustes.
error-training-config = O Axolotl não aceitou as configurações do treino. Atualize o Agent1 com make run e comece de novo. Ele disse: { $reason }
error-training-data = Os dados do treino não puderam ser usados. Comece de novo; se acontecer duas vezes, guarde o registro. O Axolotl disse: { $reason }
error-training-diverged = O treino saiu do controle, e o resultado não foi usado. Avalie mais respostas e comece de novo.
error-stage-not-started = O próximo passo do fine-tuning não pôde ser iniciado ({ $reason }). Feche outros programas e comece de novo.
