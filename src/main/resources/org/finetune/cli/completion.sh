
# Completes the value in --option=value like that in --option value. Bash takes '=' for a word, zsh for a part of one.
function _complete_finetune_values() {
  local word=${COMP_WORDS[COMP_CWORD]} option=''
  if [[ $word == '=' ]]; then
    COMP_WORDS[COMP_CWORD]=''
  elif [[ ${COMP_WORDS[COMP_CWORD - 1]} == '=' ]]; then
    COMP_WORDS=("${COMP_WORDS[@]:0:$((COMP_CWORD - 1))}" "$word")
    COMP_CWORD=$((COMP_CWORD - 1))
  elif [[ $word == --*=* ]]; then
    option=${word%%=*}
    COMP_WORDS=("${COMP_WORDS[@]:0:$COMP_CWORD}" "$option" "${word#*=}")
    COMP_CWORD=$((COMP_CWORD + 1))
  fi
  _complete_finetune "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
  [[ -z $option ]] || COMPREPLY=("${COMPREPLY[@]/#/$option=}")
}
complete -F _complete_finetune_values -o default finetune
