### Português do Brasil. As chaves são as de en.ftl; um teste compara os dois arquivos.

## Moldura

app-name = Agent1
tab-chat = 💬 Conversa
tab-admin = ⚙️ Admin
language-switch = Idioma
sidebar-toggle = Mostrar ou esconder a barra lateral

## Conversa

new-conversation = Nova conversa
recent-conversations = Conversas recentes
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
answer-stopped = Interrompida por você.
answer-cut = Cortada no limite de tamanho.
answer-failed = Esta resposta foi interrompida. O que foi escrito está guardado; pressione ↻ para perguntar de novo.
answer-none = Nenhuma resposta veio. Sua mensagem está guardada; pressione ↻ para perguntar de novo.
question-too-long = Esta mensagem é longa demais: { $length } caracteres, cabem { $most }. Encurte-a e envie de novo.
rate-group = Avalie esta resposta
face-1 = Muito ruim
face-2 = Ruim
face-3 = Neutra
face-4 = Boa
face-5 = Excelente
copy-message = Copiar mensagem

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
next-chat = Próximo passo: converse sobre o que importa para você e avalie as respostas.
next-rate = Próximo passo: avalie as respostas das suas conversas com as carinhas abaixo delas.
next-better = Próximo passo: corrija o rumo. Pergunte de novo onde a resposta foi ruim e avalie as boas.
next-start = Próximo passo: pressione o botão abaixo.
next-watch = Próximo passo: espere. Enquanto isso você pode continuar conversando.

## O botão e a execução

start-training = 🚀 Iniciar Fine-tuning
start-locked = 🔒 Ainda não: { NUMBER($met) } de { NUMBER($criteria) } critérios atingidos
start-running = ⏳ Fine-tuning em andamento
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
stage-kept = Guardado
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
result-kept = 🟡 O novo modelo { $tag } está pronto, mas não foi posto em uso.
result-failed = ⚠️ Não deu certo, e nada se perdeu: o modelo em uso continua o mesmo.
result-cancelled = Cancelado. Nada se perdeu; você pode iniciar de novo quando quiser.
log-empty = Nada escrito ainda.
log-stage = Últimas linhas de: { $stage }
log-download = Baixar o registro completo

## Modelos

models-title = Modelos
models-empty = O servidor de modelos ainda não tem um modelo que converse.
model-current = em uso
model-use = Usar este
model-use-named = { $tag }
model-go-back = ↩︎ Voltar para este
gigabytes = { NUMBER($size, maximumFractionDigits: 1) } GB
megabytes = { NUMBER($size, maximumFractionDigits: 0) } MB
model-switched = A conversa agora usa { $tag }.
automatic-training = Treino automático
automatic-info = Inicia um fine-tuning sozinho assim que houver material novo suficiente.
targets-title = Metas
targets-save = Salvar metas
targets-empty = Uma meta está vazia. Preencha as quatro e salve de novo.
targets-saved = Metas salvas.

## Motivos e falhas. Cada um termina no próximo passo.

reason-without-words = Não há palavras para este motivo ({ $key }). Veja os detalhes no registro.
error-not-admin = Só um administrador pode fazer isto. Entre como um.
error-host-not-loopback = O endereço { $host } pode ser alcançado por outras máquinas, e ainda não há contas de usuário. Use AGENT1_HOST=127.0.0.1.
error-no-model = Não há modelo que converse. Abra ⚙️ Admin para ver os modelos ou execute: agent1 doctor
error-host-refused = O Agent1 não atende por este endereço. Abra http://127.0.0.1 com a porta dele.
error-origin-refused = Este pedido vem de outro site e foi recusado. Use a página do próprio Agent1.
error-empty-question = A mensagem está vazia. Escreva algo e envie.
error-no-such-conversation = Esta conversa não existe. Escolha outra ou comece uma nova.
error-no-such-message = Esta mensagem não existe mais. Recarregue a página.
error-not-ratable = Só respostas podem ser avaliadas, de 1 a 5. Recarregue a página e tente de novo.
error-newer-database = Os dados em { $path } são de uma versão mais nova do Agent1. Atualize o Agent1 e inicie-o de novo.
error-unreadable-database = Não foi possível abrir o banco de dados { $path } ({ $error }). Verifique o arquivo e as permissões ou ponha uma cópia de segurança no lugar.
error-home-not-writable = Não foi possível escrever na pasta { $path }. Dê a si mesmo permissão ou escolha outra com AGENT1_HOME.
error-bad-setting = O ajuste { $name } tem um valor sem sentido: { $value }. Corrija-o e inicie de novo.
error-bad-policy = O ajuste { $name } deve ficar entre { NUMBER($lowest) } e { NUMBER($highest) }. Informe outro valor.
error-run-active = O fine-tuning nº { NUMBER($run) } já está em andamento. Espere o fim ou cancele-o.
error-no-such-run = Não existe o fine-tuning nº { NUMBER($run) }. Veja a lista com: agent1 runs
